"""Every vocabulary of the model in the graph's words."""

from gateway.model import enums, live
from schema.vocabulary import describe

describe(
    enums.LabelType,
    "LabelType",
    "Who made a label.",
    {
        "SYSTEM": "Predefined on every site; it cannot be renamed or deleted.",
        "USER_DEFINED": "Made by a person or through an API such as this one.",
        "WIX_APP_DEFINED": "Made by one of Wix's own apps; there while that app is installed.",
    },
)
describe(
    enums.SubscriptionStatus,
    "SubscriptionStatus",
    "Whether a person agreed to receive marketing.",
    {
        "NO_SUBSCRIPTION_STATUS": "There is no address that could be subscribed.",
        "NOT_SET": "Never asked.",
        "PENDING": "Asked, not yet confirmed.",
        "SUBSCRIBED": "Agreed.",
        "UNSUBSCRIBED": "Agreed once and withdrew.",
    },
)
describe(
    enums.DeliverabilityStatus,
    "DeliverabilityStatus",
    "Whether mail to an address arrives.",
    {
        "NOT_SET": "Nothing is known.",
        "VALID": "Mail arrives.",
        "BOUNCED": "Mail came back.",
        "SPAM_COMPLAINT": "The recipient reported mail as spam.",
        "INACTIVE": "The mailbox is no longer used.",
    },
)
describe(
    enums.EmailTag,
    "EmailTag",
    "What an e-mail address is for.",
    {
        "UNTAGGED": "Not said.",
        "MAIN": "The main address.",
        "HOME": "Private.",
        "WORK": "At work.",
    },
)
describe(
    enums.PhoneTag,
    "PhoneTag",
    "What a phone number is for.",
    {
        "UNTAGGED": "Not said.",
        "MAIN": "The main number.",
        "HOME": "At home.",
        "MOBILE": "A mobile phone.",
        "WORK": "At work.",
        "FAX": "A fax machine.",
    },
)
describe(
    enums.AddressTag,
    "AddressTag",
    "What a postal address is for.",
    {
        "UNTAGGED": "Not said.",
        "HOME": "Where the person lives.",
        "WORK": "Where the person works.",
        "BILLING": "Where invoices go.",
        "SHIPPING": "Where parcels go.",
    },
)
describe(
    enums.FacetType,
    "ContactFacetType",
    "What a facet counts.",
    {
        "ALL_CONTACTS": "Every contact of the site.",
        "NOT_LABELED": "Contacts without a label.",
        "LABEL": "Contacts with one label.",
        "SUBSCRIPTION_STATUS": "Contacts by their consent to receive marketing.",
        "MEMBERSHIP_STATUS": "Contacts by their state as members of the site.",
    },
)
describe(
    enums.FieldDataType,
    "ExtendedFieldDataType",
    "What an extended field holds; set once, when the field is made.",
    {
        "TEXT": "Text.",
        "NUMBER": "A number, with or without decimals.",
        "DATE": "A calendar day, `YYYY-MM-DD`.",
        "URL": "A web address.",
    },
)
describe(
    enums.FieldType,
    "ExtendedFieldType",
    "Who made an extended field.",
    {
        "SYSTEM": "Wix; its values are computed or kept by Wix's own apps.",
        "USER_DEFINED": "A person or an API such as this one.",
    },
)
describe(
    enums.JobStatus,
    "BulkJobStatus",
    "How far a bulk job is; there is no failed state, see `failed` and `errors`.",
    {
        "NEW": "Accepted.",
        "LOADING": "Collecting the contacts.",
        "RUNNING": "Changing them.",
        "INDEXING": "Done; the search index is catching up.",
        "COMPLETED": "Done.",
    },
)
describe(
    enums.JobType,
    "BulkJobType",
    "What a bulk job does to the chosen contacts.",
    {
        "DELETE": "Deletes them.",
        "UPDATE": "Changes their properties.",
        "ADD_LABELS": "Puts labels on.",
        "REMOVE_LABELS": "Takes labels off.",
        "ADD_REMOVE_LABELS": "Puts some labels on and takes others off.",
    },
)
describe(
    enums.SourceType,
    "ContactSourceType",
    "Where a contact came from.",
    {
        "OTHER": "None of the below.",
        "ADMIN": "Somebody who runs the site entered it.",
        "WIX_APP": "An app built on Wix; see `appId`.",
        "IMPORT": "An imported file.",
        "THIRD_PARTY": "An app of a third party; see `appId`.",
        "WIX_BOOKINGS": "A booking.",
        "WIX_CHAT": "A chat with the site.",
        "WIX_EMAIL_MARKETING": "A mailing.",
        "WIX_EVENTS": "An event's guest list.",
        "WIX_FORMS": "A form on the site.",
        "WIX_GROUPS": "A group on the site.",
        "WIX_HOTELS": "A hotel reservation.",
        "WIX_MARKET_PLACE": "Wix's market place.",
        "WIX_MUSIC": "Wix Music.",
        "WIX_RESTAURANTS": "A restaurant's order or reservation.",
        "WIX_SITE_MEMBERS": "A sign-up as a member of the site.",
        "WIX_STORES": "A purchase in the site's store.",
        "WIX_CODE": "Code running on the site.",
        "HOPP": "Wix's link-in-bio pages.",
    },
)
describe(
    enums.ActivityType,
    "ContactActivityType",
    "What a contact did last.",
    {
        "GENERAL": "Something without a name of its own.",
        "CONTACT_CREATED": "Became a contact.",
        "MEMBER_LOGIN": "Logged in as a member.",
        "MEMBER_REGISTER": "Signed up as a member.",
        "MEMBER_STATUS_CHANGED": "Was approved, blocked or the like as a member.",
        "FORM_SUBMITTED": "Sent a form.",
        "INBOX_FORM_SUBMITTED": "Sent a form that arrived in the inbox.",
        "INBOX_PAYMENT_REQUEST_PAID": "Paid a request sent from the inbox.",
        "INBOX_MESSAGE_TO_CUSTOMER": "Was written to from the inbox.",
        "INBOX_MESSAGE_FROM_CUSTOMER": "Wrote to the inbox.",
        "NEWSLETTER_SUBSCRIPTION_FORM_SUBMITTED": "Sent a newsletter's sign-up form.",
        "NEWSLETTER_SUBSCRIPTION_UNSUBSCRIBE": "Left the newsletter.",
        "ECOM_PURCHASE": "Bought something.",
        "ECOM_CART_ABANDON": "Left a cart behind.",
        "ECOM_CHECKOUT_BUYER": "Entered the checkout.",
        "BOOKINGS_APPOINTMENT": "Booked an appointment.",
        "HOTELS_RESERVATION": "Reserved a room.",
        "HOTELS_PURCHASE": "Paid for a room.",
        "HOTELS_CONFIRMATION": "Had a room confirmed.",
        "HOTELS_CANCEL": "Cancelled a room.",
        "VIDEO_PURCHASE": "Bought a video.",
        "VIDEO_RENT": "Rented a video.",
        "CASHIER_BUTTON_PURCHASE": "Paid through a payment button.",
        "ARENA_NEW_LEAD": "Arrived as a lead from Wix's market place.",
        "EVENTS_RSVP": "Answered an event's invitation.",
        "INVOICE_PAY": "Paid an invoice.",
        "INVOICE_OVERDUE": "Let an invoice fall due.",
        "PRICE_QUOTE_ACCEPT": "Accepted a price quote.",
        "PRICE_QUOTE_EXPIRE": "Let a price quote expire.",
        "RESTAURANTS_ORDER": "Ordered in a restaurant.",
        "RESTAURANTS_RESERVATION": "Reserved a table.",
        "SHOUTOUT_OPEN": "Opened a mailing.",
        "SHOUTOUT_CLICK": "Followed a link in a mailing.",
        "CONTACT_MERGED": "Was merged with another contact.",
        "NEWSLETTER_SUBSCRIPTION_SUBSCRIBE": "Joined the newsletter.",
        "NEWSLETTER_SUBSCRIPTION_PENDING": "Was asked to confirm the newsletter.",
        "NEWSLETTER_SUBSCRIPTION_NOT_SET": "Had the newsletter consent reset.",
        "PHONE_SUBSCRIPTION_SUBSCRIBE": "Agreed to be messaged by phone.",
        "PHONE_SUBSCRIPTION_PENDING": "Was asked to confirm messages by phone.",
        "PHONE_SUBSCRIPTION_NOT_SET": "Had the consent to phone messages reset.",
        "PHONE_SUBSCRIPTION_UNSUBSCRIBE": "Withdrew the consent to phone messages.",
    },
)
describe(
    live.ChangeKind,
    "ChangeKind",
    "What became of something.",
    {
        "CREATED": "It was made.",
        "UPDATED": "It is no longer what it was.",
        "DELETED": "It is gone.",
        "MERGED": "Others were merged into it, and are gone.",
    },
)
