using System.Diagnostics;
using System.Text.Json;
using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Streams;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Wire;

/// <summary>The layers below the calls: a multiplexing stream over the transport, and on its first channel the messages.</summary>
internal static class ControlChannel
{
    // The control channel exists from the start on both sides, so nothing is exchanged before the hello.
    private const ulong ControlChannelId = 0;

    /// <summary>Puts the multiplexing stream over a transport, which it owns from then on.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="onOffered">Called with each channel that the other side offers; must return at once. Null to let them wait for whoever accepts them.</param>
    public static MultiplexingStream Multiplex(Stream transport, Action<string>? onOffered = null)
    {
        var multiplexer = MultiplexingStream.Create(transport, new MultiplexingStream.Options
        {
            ProtocolMajorVersion = 3,
            SeededChannels = { new MultiplexingStream.ChannelOptions() },
            TraceSource = Silence(),
            DefaultChannelTraceSourceFactoryWithQualifier = static (_, _) => Silence(),

            // Windows stay as they are: how much a peer may have us keep is our decision alone.
            MaxTotalChannelReceivingWindowSize = 0,

            // No offer may pass before somebody looks at it.
            StartSuspended = true,
        });
        if (onOffered is not null)
        {
            multiplexer.ChannelOffered += (_, offer) => onOffered(offer.Name);
        }

        multiplexer.StartListening();
        return multiplexer;
    }

    /// <summary>The message handler on the control channel.</summary>
    /// <param name="multiplexer">The transport.</param>
    /// <param name="streams">What this end makes of streams.</param>
    /// <param name="content">What it makes of content; null if no content passes.</param>
    /// <param name="json">How the records look; null for <see cref="WireJson.Options"/>.</param>
    public static BoundedMessageHandler OpenMessages(MultiplexingStream multiplexer, StreamConverter streams, ContentConverter? content = null, JsonSerializerOptions? json = null)
    {
        // The first that fits is taken, and content would be a stream like any other.
        JsonSerializerOptions records = json ?? WireJson.Options;
        var options = new JsonSerializerOptions(records);
        if (content is not null)
        {
            options.Converters.Add(content);
        }

        options.Converters.Add(streams);
        options.Converters.Add(SharedRecordConverter.Of(records));
        return new(multiplexer.AcceptChannel(ControlChannelId), new SystemTextJsonFormatter { JsonSerializerOptions = options });
    }

    /// <summary>Trace lines carry arguments, and arguments carry passwords: nothing is traced.</summary>
    public static TraceSource Silence() => new("HandyBackup.Rpc", SourceLevels.Off);
}
