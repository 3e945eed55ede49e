using System.Diagnostics;
using System.Text.Json;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Wire;

/// <summary>The layers below the calls: a multiplexing stream over the transport, and on its first channel the messages.</summary>
internal static class ControlChannel
{
    // The control channel exists from the start on both sides, so nothing is exchanged before the hello.
    private const ulong ControlChannelId = 0;

    /// <summary>Puts the multiplexing stream over a transport, which it owns from then on.</summary>
    public static MultiplexingStream Multiplex(Stream transport) => MultiplexingStream.Create(transport, new MultiplexingStream.Options
    {
        ProtocolMajorVersion = 3,
        SeededChannels = { new MultiplexingStream.ChannelOptions() },
        TraceSource = Silence(),
    });

    /// <summary>The message handler on the control channel.</summary>
    /// <param name="multiplexer">The transport.</param>
    /// <param name="streams">What this end makes of streams.</param>
    public static BoundedMessageHandler OpenMessages(MultiplexingStream multiplexer, StreamConverter streams) => new(
        multiplexer.AcceptChannel(ControlChannelId),
        new SystemTextJsonFormatter { JsonSerializerOptions = new JsonSerializerOptions(WireJson.Options) { Converters = { streams } } });

    /// <summary>Trace lines carry arguments, and arguments carry passwords: nothing is traced.</summary>
    public static TraceSource Silence() => new("HandyBackup.Rpc", SourceLevels.Off);
}
