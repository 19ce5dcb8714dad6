"""Labels as Wix writes them: one of a user's, and one of the system's."""

from tests.support.emulation import START_TEXT

VIP = {
    "namespace": "custom",
    "namespaceDisplayName": "Labels",
    "key": "custom.vip-customer",
    "displayName": "VIP Customer",
    "labelType": "USER_DEFINED",
    "createdDate": START_TEXT,
    "updatedDate": START_TEXT,
}
CUSTOMERS = {
    "namespace": "contacts",
    "namespaceDisplayName": "Labels",
    "key": "contacts.customers",
    "displayName": "Customers",
    "labelType": "SYSTEM",
}
