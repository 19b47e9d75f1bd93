//! What kind of place an IP address is: the internet, or somewhere inside the fence.
//!
//! The tables are the special-purpose registries of RFC 6890 and its successors. What is not
//! known to be public counts as inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressClass {
    /// The internet.
    Public,
    /// This machine (RFC 1122, RFC 4291).
    Loopback,
    /// A network of one's own (RFC 1918, RFC 4193).
    Private,
    /// The provider's side of a carrier-grade NAT (RFC 6598).
    SharedNat,
    /// This wire only (RFC 3927, RFC 4291).
    LinkLocal,
    /// Where clouds serve the credentials of the machine.
    CloudMetadata,
    /// `0.0.0.0/8` and `::`, which many systems take for themselves.
    Unspecified,
    /// Many receivers at once.
    Multicast,
    /// An IPv6 form that carries an IPv4 address through a translator or tunnel which should not
    /// be needed any more: IPv4-compatible, 6to4, Teredo, local NAT64.
    Translated,
    /// Documentation, benchmarks, reserved: nothing that anybody should reach.
    Reserved,
}

impl AddressClass {
    /// As it stands in a sentence: "which is …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Public => "a public address",
            Self::Loopback => "this machine (loopback)",
            Self::Private => "a private address",
            Self::SharedNat => "a carrier-grade NAT address",
            Self::LinkLocal => "a link-local address",
            Self::CloudMetadata => "a cloud metadata address",
            Self::Unspecified => "the unspecified address",
            Self::Multicast => "a multicast address",
            Self::Translated => "an IPv4 address wrapped in IPv6",
            Self::Reserved => "a reserved address",
        }
    }

    /// May a *name* that is granted lead here? Private networks and this machine have names in
    /// every company's DNS. The others have no honest name: only an entry that is the address
    /// itself reaches them, so whoever controls a granted name cannot point it at them.
    pub fn has_names(self) -> bool {
        match self {
            Self::Public | Self::Loopback | Self::Private | Self::SharedNat => true,
            Self::LinkLocal
            | Self::CloudMetadata
            | Self::Unspecified
            | Self::Multicast
            | Self::Translated
            | Self::Reserved => false,
        }
    }
}

/// The metadata services of the large clouds beside 169.254.169.254, which is link-local anyway:
/// Alibaba, AWS over IPv6, AWS time and DNS over IPv6, Oracle's older one, Azure's wire server.
const METADATA_V4: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
];
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

/// Classifies an address; IPv4 inside IPv6 is looked into.
pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(address) => classify_v4(address),
        IpAddr::V6(address) => classify_v6(address),
    }
}

fn classify_v4(address: Ipv4Addr) -> AddressClass {
    if METADATA_V4.contains(&address) {
        return AddressClass::CloudMetadata;
    }
    match address.octets() {
        [0, ..] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressClass::Private,
        [100, 64..=127, ..] => AddressClass::SharedNat,
        [169, 254, ..] => AddressClass::LinkLocal,
        [224..=239, ..] => AddressClass::Multicast,
        // Protocol assignments, documentation, 6to4 relays, benchmarks, class E, broadcast.
        [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn classify_v6(address: Ipv6Addr) -> AddressClass {
    if METADATA_V6.contains(&address) {
        return AddressClass::CloudMetadata;
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = Ipv4Addr::from((u32::from(g) << 16) | u32::from(h));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0) if g == 0 && h == 0 => AddressClass::Unspecified,
        (0, 0, 0, 0, 0, 0) if g == 0 && h == 1 => AddressClass::Loopback,
        // ::ffff:0:0/96 is the IPv4 address itself; 64:ff9b::/96 is how a network with IPv6 only
        // reaches it (RFC 6052). Both are as public or private as what they carry.
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => classify_v4(embedded),
        // ::/96 IPv4-compatible, ::ffff:0:0:0/96 SIIT (RFC 2765), 64:ff9b:1::/48 local NAT64.
        (0, 0, 0, 0, 0, 0) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 1, ..) => {
            AddressClass::Translated
        }
        // 6to4 (RFC 3056), Teredo (RFC 4380).
        (0x2002, ..) | (0x2001, 0, ..) => AddressClass::Translated,
        (0xfe80..=0xfebf, ..) => AddressClass::LinkLocal,
        // Site-local is deprecated but still routed in places (RFC 3879).
        (0xfc00..=0xfdff, ..) | (0xfec0..=0xfeff, ..) => AddressClass::Private,
        (0xff00..=0xffff, ..) => AddressClass::Multicast,
        // Other protocol assignments of 2001::/23, and documentation.
        (0x2001, 0x0001..=0x01ff, ..) | (0x2001, 0xdb8, ..) | (0x3fff, 0..=0x0fff, ..) => {
            AddressClass::Reserved
        }
        (0x2000..=0x3fff, ..) => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn classes() {
        use AddressClass::*;
        for (text, expected) in [
            ("93.184.216.34", Public),
            ("1.1.1.1", Public),
            ("172.15.255.255", Public),
            ("172.32.0.0", Public),
            ("100.63.255.255", Public),
            ("100.128.0.0", Public),
            ("127.0.0.1", Loopback),
            ("127.255.255.254", Loopback),
            ("10.1.2.3", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("192.168.0.1", Private),
            ("100.64.0.1", SharedNat),
            ("169.254.1.1", LinkLocal),
            ("169.254.169.254", CloudMetadata),
            ("100.100.100.200", CloudMetadata),
            ("168.63.129.16", CloudMetadata),
            ("0.0.0.0", Unspecified),
            ("0.1.2.3", Unspecified),
            ("224.0.0.1", Multicast),
            ("255.255.255.255", Reserved),
            ("192.0.2.1", Reserved),
            ("2606:2800:220:1::1", Public),
            ("::1", Loopback),
            ("::", Unspecified),
            ("fe80::1", LinkLocal),
            ("fd12:3456::1", Private),
            ("fec0::1", Private),
            ("fd00:ec2::254", CloudMetadata),
            ("ff02::1", Multicast),
            ("2001:db8::1", Reserved),
            ("4000::1", Reserved),
            // IPv4 in disguise
            ("::ffff:127.0.0.1", Loopback),
            ("::ffff:10.0.0.1", Private),
            ("::ffff:169.254.169.254", CloudMetadata),
            ("::ffff:1.1.1.1", Public),
            ("64:ff9b::7f00:1", Loopback),
            ("64:ff9b::a9fe:a9fe", CloudMetadata),
            ("64:ff9b::101:101", Public),
            ("64:ff9b:1::7f00:1", Translated),
            ("::7f00:1", Translated),
            ("::ffff:0:7f00:1", Translated),
            ("2002:7f00:1::", Translated),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Translated),
        ] {
            assert_eq!(classify(text.parse().unwrap()), expected, "{text}");
        }
    }
}
