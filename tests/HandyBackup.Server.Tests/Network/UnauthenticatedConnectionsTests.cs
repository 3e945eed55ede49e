using System.Net;
using HandyBackup.Server.Network;

namespace HandyBackup.Server.Tests.Network;

public sealed class UnauthenticatedConnectionsTests
{
    private readonly List<string> _cut = [];

    [Fact]
    public void Oldest_of_a_network_goes_when_it_has_too_many()
    {
        var connections = new UnauthenticatedConnections(100, 2);
        using IDisposable a = Enter(connections, "192.0.2.1", "a");
        using IDisposable b = Enter(connections, "192.0.2.1", "b");
        using IDisposable other = Enter(connections, "192.0.2.2", "other");

        using IDisposable c = Enter(connections, "::ffff:192.0.2.1", "c");

        Assert.Equal(["a"], _cut);
        Assert.Equal(3, connections.Count);
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_count_together()
    {
        var connections = new UnauthenticatedConnections(100, 1);
        using IDisposable a = Enter(connections, "2001:db8::1", "a");
        using IDisposable other = Enter(connections, "2001:db8:0:1::1", "other");
        using IDisposable b = Enter(connections, "2001:db8::ffff:1:2:3", "b");

        Assert.Equal(["a"], _cut);
    }

    [Fact]
    public void Network_that_has_most_makes_room_when_there_are_too_many_in_all()
    {
        var connections = new UnauthenticatedConnections(4, 4);
        using IDisposable early = Enter(connections, "192.0.2.1", "early");
        for (int i = 0; i < 3; i++)
        {
            Enter(connections, "192.0.2.2", "crowd" + i);
        }

        using IDisposable agent = Enter(connections, "192.0.2.3", "agent");

        Assert.Equal(["crowd0"], _cut);
        Assert.Equal(4, connections.Count);
    }

    [Fact]
    public void Only_connection_of_a_full_house_makes_room_for_another_of_its_network()
    {
        var connections = new UnauthenticatedConnections(1, 1);
        Enter(connections, "192.0.2.1", "a");
        using IDisposable b = Enter(connections, "192.0.2.1", "b");

        Assert.Equal((1, "a"), (connections.Count, Assert.Single(_cut)));
    }

    [Fact]
    public void Who_has_proved_who_he_is_no_longer_counts_and_is_not_cut_off()
    {
        var connections = new UnauthenticatedConnections(1, 1);
        IDisposable agent = Enter(connections, "192.0.2.1", "agent");
        agent.Dispose();
        agent.Dispose();
        Assert.Equal(0, connections.Count);

        using IDisposable next = Enter(connections, "192.0.2.1", "next");

        Assert.Empty(_cut);
        Assert.Equal(1, connections.Count);
    }

    private IDisposable Enter(UnauthenticatedConnections connections, string address, string name) => connections.Enter(IPAddress.Parse(address), () => _cut.Add(name));
}
