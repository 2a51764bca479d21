using System.Net;
using System.Net.Sockets;

namespace AutoGpt.Sdk.Tools;

/// <summary>How far an address reaches.</summary>
internal enum AddressReach
{
    /// <summary>Anywhere.</summary>
    Public,

    /// <summary>This machine or this network: reached where a host is named for it.</summary>
    Private,

    /// <summary>Nowhere that an honest request goes.</summary>
    Never,
}

/// <summary>
/// What kind of address one is, by the registries of special-purpose addresses of IANA (RFC 6890). Of IPv6 only global unicast (2000::/3) can be public, so that whatever is added elsewhere
/// is refused until somebody says otherwise. An IPv4 address inside an IPv6 one counts as what it is.
/// </summary>
/// <param name="Reach">How far it reaches.</param>
/// <param name="Name">Its name, for people.</param>
internal readonly record struct AddressClass(AddressReach Reach, string Name)
{
    private static readonly (IPNetwork Network, AddressClass Class)[] s_special =
    [
        Never("168.63.129.16/32", "cloud metadata"), Never("100.100.100.200/32", "cloud metadata"), Never("fd00:ec2::254/128", "cloud metadata"),
        Private("127.0.0.0/8", "loopback"), Private("10.0.0.0/8", "private"), Private("172.16.0.0/12", "private"), Private("192.168.0.0/16", "private"), Private("100.64.0.0/10", "carrier-grade NAT"),
        Never("0.0.0.0/8", "unspecified"), Never("169.254.0.0/16", "link-local"), Never("192.0.0.0/24", "reserved"), Never("192.0.2.0/24", "documentation"), Never("192.88.99.0/24", "6to4 relay"),
        Never("198.18.0.0/15", "benchmarking"), Never("198.51.100.0/24", "documentation"), Never("203.0.113.0/24", "documentation"), Never("224.0.0.0/4", "multicast"), Never("240.0.0.0/4", "reserved"),
        Private("::1/128", "loopback"), Private("fc00::/7", "unique local"),
        Never("::/128", "unspecified"), Never("fe80::/10", "link-local"), Never("fec0::/10", "site-local"), Never("ff00::/8", "multicast"), Never("2001::/32", "Teredo"),
        Never("2001::/23", "reserved"), Never("2001:db8::/32", "documentation"), Never("2002::/16", "6to4"), Never("3fff::/20", "documentation"), Never("64:ff9b:1::/48", "local NAT64"),
    ];

    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>The class of an address.</summary>
    public static AddressClass Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Of(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (address.ScopeId != 0)
            {
                return new AddressClass(AddressReach.Never, "scoped");
            }

            if (s_nat64.Contains(address))
            {
                return Of(new IPAddress(address.GetAddressBytes().AsSpan(12)));
            }
        }

        foreach ((IPNetwork network, AddressClass special) in s_special)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            {
                return special;
            }
        }

        return address.AddressFamily == AddressFamily.InterNetwork || s_globalUnicast.Contains(address)
            ? new AddressClass(AddressReach.Public, "public")
            : new AddressClass(AddressReach.Never, "reserved");
    }

    private static (IPNetwork, AddressClass) Private(string network, string name) => (IPNetwork.Parse(network), new AddressClass(AddressReach.Private, name));

    private static (IPNetwork, AddressClass) Never(string network, string name) => (IPNetwork.Parse(network), new AddressClass(AddressReach.Never, name));
}
