using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Agents;

/// <summary>What both ends of an agent's connection have: transport, multiplexer, messages, a watch for silence, and one end of it all.</summary>
internal sealed class AgentLink : IAsyncDisposable
{
    // How long a multiplexer that fails may take to say what was wrong, and to end what it does.
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromSeconds(1);

    private readonly PeerTransport _transport;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<Exception?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AgentLinkOptions _options;
    private int _isEnding;

    /// <summary>Puts the layers over a transport. Nothing is read before <see cref="Start"/>.</summary>
    /// <param name="transport">The transport; owned from now on.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="streams">What this end makes of streams; the function gives the messages.</param>
    /// <param name="createRpc">Makes the messages' end.</param>
    /// <param name="isServer">True if the other end is the server: it may open channels and send what it likes. An agent that opens one, or sends much before the hello, is cut off.</param>
    public AgentLink(
        Stream transport,
        AgentLinkOptions options,
        Party peer,
        Func<Func<PeerRpc>, StreamConverter> streams,
        Func<IJsonRpcMessageHandler, PeerRpc> createRpc,
        bool isServer)
    {
        _options = options;
        Peer = peer;
        _transport = new PeerTransport(transport, options.Time);
        if (isServer)
        {
            _transport.Open();
        }

        Multiplexer = ControlChannel.Multiplex(
            _transport,
            isServer ? null : name => End(new InvalidDataException($"The {peer.Name} opened a channel, which is not its part.")));
        Multiplexer.Completion.Forget();
        Rpc = createRpc(OpenMessages(streams(() => Rpc!), new ContentConverter(Multiplexer, isServer ? null : () => Rpc!)));
        Rpc.TraceSource = ControlChannel.Silence();
        Rpc.CancelLocallyInvokedMethodsWhenConnectionIsClosed = true;

        // Calls of one connection run side by side: none has to wait for a slow one.
        Rpc.SynchronizationContext = null;
        Rpc.Completion.Forget();
        Ended = _ended.Token;
    }

    /// <summary>Who is at the other end.</summary>
    public Party Peer { get; }

    /// <summary>The channels.</summary>
    public MultiplexingStream Multiplexer { get; }

    /// <summary>The messages.</summary>
    public PeerRpc Rpc { get; }

    /// <summary>Cancelled as soon as the connection ends.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Ends when the connection has: with what ended it, or null if one of the ends simply left. Never fails.</summary>
    public Task<Exception?> Completion => _completion.Task;

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        Rpc.StartListening();
        _ = WatchAsync();
    }

    /// <summary>To be called when the hello was agreed on: more may arrive from now on, and who is silent too long is dead.</summary>
    public void Open()
    {
        _transport.Open();
        _ = EndWhenSilentAsync();
    }

    /// <summary>Ends the connection at once. The first call counts.</summary>
    /// <param name="reason">Why; null if nothing is wrong.</param>
    public void End(Exception? reason)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            _ = Task.Run(() => EndAsync(reason));
        }
    }

    /// <summary>Ends the connection and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await Completion.ConfigureAwait(false);
    }

    private BoundedMessageHandler OpenMessages(StreamConverter streams, ContentConverter content)
    {
        try
        {
            return ControlChannel.OpenMessages(Multiplexer, streams, content, StrictJson.Options);
        }
        catch (InvalidOperationException) when (_transport.Violation is { } violation)
        {
            // What cannot be understood closes the first channel, at times before the messages on it are set up.
            throw new InvalidDataException(violation.Message, violation);
        }
    }

    private async Task EndWhenSilentAsync()
    {
        try
        {
            End(await _transport.WaitForSilenceAsync(_options.SilenceLimit, Ended).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task EndAsync(Exception? reason)
    {
        try
        {
            // First the transport: whoever sends or receives anything stops with it, even where the other end no longer reads.
            _transport.Cut();
            await _ended.CancelAsync().ConfigureAwait(false);
            Rpc.Dispose();
            await Multiplexer.DisposeAsync().AsTask().WaitAsync(s_afterEnd, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            reason ??= exception;
        }
        finally
        {
            _completion.TrySetResult(reason);
        }
    }

    private async Task WatchAsync()
    {
        await Task.WhenAny(Rpc.Completion, Multiplexer.Completion).ConfigureAwait(false);
        if (Volatile.Read(ref _isEnding) != 0)
        {
            return;
        }

        // A multiplexer that fails closes its channels first, so the messages may end without an error before it says what was wrong.
        await Task.WhenAny(Multiplexer.Completion, Task.Delay(s_afterEnd, Ended)).ConfigureAwait(false);
        End(_transport.Violation ?? Multiplexer.Completion.Exception?.InnerException ?? Rpc.Completion.Exception?.InnerException);
    }
}
