"""Wix's closed vocabularies; a value newer than this gateway reads as UNKNOWN."""

from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """An enumeration that never fails on a value it does not know."""

    @classmethod
    def _missing_(cls, value: object) -> Self:  # noqa: ARG003 - enum calls it so
        """Answer UNKNOWN: a new value at Wix is no fault of the caller's."""
        return cls("UNKNOWN")


class LabelType(Vocabulary):
    """Who made a label (contract 2.1)."""

    SYSTEM = "SYSTEM"
    USER_DEFINED = "USER_DEFINED"
    WIX_APP_DEFINED = "WIX_APP_DEFINED"
    UNKNOWN = "UNKNOWN"


class SubscriptionStatus(Vocabulary):
    """Whether a person agreed to be written to (contract 3.1, enum C)."""

    NO_SUBSCRIPTION_STATUS = "NO_SUBSCRIPTION_STATUS"
    NOT_SET = "NOT_SET"
    PENDING = "PENDING"
    SUBSCRIBED = "SUBSCRIBED"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    UNKNOWN = "UNKNOWN"


class DeliverabilityStatus(Vocabulary):
    """Whether mail arrives (contract 3.1, enum D)."""

    NOT_SET = "NOT_SET"
    VALID = "VALID"
    BOUNCED = "BOUNCED"
    SPAM_COMPLAINT = "SPAM_COMPLAINT"
    INACTIVE = "INACTIVE"
    UNKNOWN = "UNKNOWN"


class EmailTag(Vocabulary):
    """What an e-mail address is for (contract 3.1)."""

    UNTAGGED = "UNTAGGED"
    MAIN = "MAIN"
    HOME = "HOME"
    WORK = "WORK"
    UNKNOWN = "UNKNOWN"


class PhoneTag(Vocabulary):
    """What a phone number is for (contract 3.1)."""

    UNTAGGED = "UNTAGGED"
    MAIN = "MAIN"
    HOME = "HOME"
    MOBILE = "MOBILE"
    WORK = "WORK"
    FAX = "FAX"
    UNKNOWN = "UNKNOWN"


class AddressTag(Vocabulary):
    """What an address is for (contract 3.1)."""

    UNTAGGED = "UNTAGGED"
    HOME = "HOME"
    WORK = "WORK"
    BILLING = "BILLING"
    SHIPPING = "SHIPPING"
    UNKNOWN = "UNKNOWN"


class FacetType(Vocabulary):
    """What a facet counts (contract 3.2, Facets)."""

    ALL_CONTACTS = "ALL_CONTACTS"
    NOT_LABELED = "NOT_LABELED"
    LABEL = "LABEL"
    SUBSCRIPTION_STATUS = "SUBSCRIPTION_STATUS"
    MEMBERSHIP_STATUS = "MEMBERSHIP_STATUS"
    UNKNOWN = "UNKNOWN"


class FieldDataType(Vocabulary):
    """What an extended field holds (contract 4)."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    URL = "URL"
    UNKNOWN = "UNKNOWN"


class FieldType(Vocabulary):
    """Who made an extended field (contract 4)."""

    SYSTEM = "SYSTEM"
    USER_DEFINED = "USER_DEFINED"
    UNKNOWN = "UNKNOWN"


class JobStatus(Vocabulary):
    """How far a bulk job is (contract 3.2); there is no failed state."""

    NEW = "NEW"
    LOADING = "LOADING"
    RUNNING = "RUNNING"
    INDEXING = "INDEXING"
    COMPLETED = "COMPLETED"
    UNKNOWN = "UNKNOWN"


class JobType(Vocabulary):
    """What a bulk job does (contract 3.2)."""

    DELETE = "DELETE"
    UPDATE = "UPDATE"
    ADD_LABELS = "ADD_LABELS"
    REMOVE_LABELS = "REMOVE_LABELS"
    ADD_REMOVE_LABELS = "ADD_REMOVE_LABELS"
    UNKNOWN = "UNKNOWN"


class SourceType(Vocabulary):
    """Where a contact came from (contract 3.1, enum A)."""

    OTHER = "OTHER"
    ADMIN = "ADMIN"
    WIX_APP = "WIX_APP"
    IMPORT = "IMPORT"
    THIRD_PARTY = "THIRD_PARTY"
    WIX_BOOKINGS = "WIX_BOOKINGS"
    WIX_CHAT = "WIX_CHAT"
    WIX_EMAIL_MARKETING = "WIX_EMAIL_MARKETING"
    WIX_EVENTS = "WIX_EVENTS"
    WIX_FORMS = "WIX_FORMS"
    WIX_GROUPS = "WIX_GROUPS"
    WIX_HOTELS = "WIX_HOTELS"
    WIX_MARKET_PLACE = "WIX_MARKET_PLACE"
    WIX_MUSIC = "WIX_MUSIC"
    WIX_RESTAURANTS = "WIX_RESTAURANTS"
    WIX_SITE_MEMBERS = "WIX_SITE_MEMBERS"
    WIX_STORES = "WIX_STORES"
    WIX_CODE = "WIX_CODE"
    HOPP = "HOPP"
    UNKNOWN = "UNKNOWN"


class ActivityType(Vocabulary):
    """What a contact did last (contract 3.1, enum B)."""

    GENERAL = "GENERAL"
    CONTACT_CREATED = "CONTACT_CREATED"
    MEMBER_LOGIN = "MEMBER_LOGIN"
    MEMBER_REGISTER = "MEMBER_REGISTER"
    MEMBER_STATUS_CHANGED = "MEMBER_STATUS_CHANGED"
    FORM_SUBMITTED = "FORM_SUBMITTED"
    INBOX_FORM_SUBMITTED = "INBOX_FORM_SUBMITTED"
    INBOX_PAYMENT_REQUEST_PAID = "INBOX_PAYMENT_REQUEST_PAID"
    INBOX_MESSAGE_TO_CUSTOMER = "INBOX_MESSAGE_TO_CUSTOMER"
    INBOX_MESSAGE_FROM_CUSTOMER = "INBOX_MESSAGE_FROM_CUSTOMER"
    NEWSLETTER_SUBSCRIPTION_FORM_SUBMITTED = "NEWSLETTER_SUBSCRIPTION_FORM_SUBMITTED"
    NEWSLETTER_SUBSCRIPTION_UNSUBSCRIBE = "NEWSLETTER_SUBSCRIPTION_UNSUBSCRIBE"
    ECOM_PURCHASE = "ECOM_PURCHASE"
    ECOM_CART_ABANDON = "ECOM_CART_ABANDON"
    ECOM_CHECKOUT_BUYER = "ECOM_CHECKOUT_BUYER"
    BOOKINGS_APPOINTMENT = "BOOKINGS_APPOINTMENT"
    HOTELS_RESERVATION = "HOTELS_RESERVATION"
    HOTELS_PURCHASE = "HOTELS_PURCHASE"
    HOTELS_CONFIRMATION = "HOTELS_CONFIRMATION"
    HOTELS_CANCEL = "HOTELS_CANCEL"
    VIDEO_PURCHASE = "VIDEO_PURCHASE"
    VIDEO_RENT = "VIDEO_RENT"
    CASHIER_BUTTON_PURCHASE = "CASHIER_BUTTON_PURCHASE"
    ARENA_NEW_LEAD = "ARENA_NEW_LEAD"
    EVENTS_RSVP = "EVENTS_RSVP"
    INVOICE_PAY = "INVOICE_PAY"
    INVOICE_OVERDUE = "INVOICE_OVERDUE"
    PRICE_QUOTE_ACCEPT = "PRICE_QUOTE_ACCEPT"
    PRICE_QUOTE_EXPIRE = "PRICE_QUOTE_EXPIRE"
    RESTAURANTS_ORDER = "RESTAURANTS_ORDER"
    RESTAURANTS_RESERVATION = "RESTAURANTS_RESERVATION"
    SHOUTOUT_OPEN = "SHOUTOUT_OPEN"
    SHOUTOUT_CLICK = "SHOUTOUT_CLICK"
    CONTACT_MERGED = "CONTACT_MERGED"
    NEWSLETTER_SUBSCRIPTION_SUBSCRIBE = "NEWSLETTER_SUBSCRIPTION_SUBSCRIBE"
    NEWSLETTER_SUBSCRIPTION_PENDING = "NEWSLETTER_SUBSCRIPTION_PENDING"
    NEWSLETTER_SUBSCRIPTION_NOT_SET = "NEWSLETTER_SUBSCRIPTION_NOT_SET"
    PHONE_SUBSCRIPTION_SUBSCRIBE = "PHONE_SUBSCRIPTION_SUBSCRIBE"
    PHONE_SUBSCRIPTION_PENDING = "PHONE_SUBSCRIPTION_PENDING"
    PHONE_SUBSCRIPTION_NOT_SET = "PHONE_SUBSCRIPTION_NOT_SET"
    PHONE_SUBSCRIPTION_UNSUBSCRIBE = "PHONE_SUBSCRIPTION_UNSUBSCRIBE"
    UNKNOWN = "UNKNOWN"
