using System.Globalization;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>
/// The channel on which one content travels, so that bulk data does not delay the messages. Whoever makes the call opens it, and the other end accepts it by its name: an agent opens none.
/// </summary>
internal static class ContentChannel
{
    // As much may be on its way before the sender has to wait for the reader.
    private const long Window = 4 * 1024 * 1024;

    // The channel is opened with the call, so it is there at once or never.
    private static readonly TimeSpan s_openingLimit = TimeSpan.FromSeconds(30);

    private static readonly MultiplexingStream.ChannelOptions s_options = new() { ChannelReceivingWindowSize = Window, TraceSource = ControlChannel.Silence() };

    /// <summary>The name of the channel of an answer's content.</summary>
    /// <param name="stream">The number that was answered.</param>
    public static string NameOf(long stream) => "content-" + stream.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name for the channel of a content that is handed in with a call.</summary>
    public static string NewName() => "content-" + Guid.NewGuid().ToString("N");

    /// <summary>Opens a channel. Ends when the other end has accepted it.</summary>
    public static Task<MultiplexingStream.Channel> OpenAsync(MultiplexingStream multiplexer, string name, CancellationToken cancellationToken) =>
        multiplexer.OfferChannelAsync(name, s_options, cancellationToken);

    /// <summary>Accepts a channel that the other end opens.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ContentIncomplete"/> if there is none in time.</exception>
    public static async Task<MultiplexingStream.Channel> AcceptAsync(MultiplexingStream multiplexer, string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_openingLimit);
        try
        {
            return await multiplexer.AcceptChannelAsync(name, s_options, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Incomplete();
        }
    }

    /// <summary>The error for content that has no end.</summary>
    public static HandyBackupException Incomplete() => new(ErrorCode.ContentIncomplete, "The content broke off before its end.")
    {
        Advice = "The other side may have gone away. Try again.",
        IsTransient = true,
    };
}
