using System.Net;
using HandyBackup.Server.Core;

namespace HandyBackup.Server.Network;

/// <summary>
/// Bounds the connections whose other side has not proved who it is: in all, and of one network. Where there are too many the oldest has to go, of the network
/// that has most: who comes in earnest is done within moments, and nobody who merely waits can keep him out. Safe to share between threads.
/// </summary>
/// <param name="maximum">In all.</param>
/// <param name="maximumPerNetwork">From one IPv4 address or one /64 network of IPv6.</param>
internal sealed class UnauthenticatedConnections(int maximum, int maximumPerNetwork)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedList<Entry>> _byNetwork = [];
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Counts a connection until the result is disposed of: when the other side has proved who it is, or has gone.</summary>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="cutOff">Ends the connection; returns at once, and may be called although the connection has ended.</param>
    public IDisposable Enter(IPAddress? address, Action cutOff)
    {
        var entry = new Entry(this, ClientNetwork.Of(address), cutOff);
        Entry? victim = null;
        lock (_gate)
        {
            if (!_byNetwork.TryGetValue(entry.Network, out LinkedList<Entry>? entries))
            {
                _byNetwork[entry.Network] = entries = new LinkedList<Entry>();
            }

            if (entries.Count == maximumPerNetwork)
            {
                victim = entries.First!.Value;
            }
            else if (_count == maximum)
            {
                victim = _byNetwork.Values.MaxBy(others => others.Count)!.First!.Value;
            }

            if (victim is not null)
            {
                Remove(victim);
                _byNetwork[entry.Network] = entries;
            }

            entry.Place = entries.AddLast(entry);
            _count++;
        }

        victim?.CutOff();
        return entry;
    }

    private void Remove(Entry entry)
    {
        if (entry.Place is not { List: { } entries } place)
        {
            return;
        }

        entries.Remove(place);
        _count--;
        if (entries.Count == 0)
        {
            _byNetwork.Remove(entry.Network);
        }
    }

    private sealed class Entry(UnauthenticatedConnections connections, IPAddress network, Action cutOff) : IDisposable
    {
        public IPAddress Network { get; } = network;

        public Action CutOff { get; } = cutOff;

        public LinkedListNode<Entry>? Place { get; set; }

        public void Dispose()
        {
            lock (connections._gate)
            {
                connections.Remove(this);
            }
        }
    }
}
