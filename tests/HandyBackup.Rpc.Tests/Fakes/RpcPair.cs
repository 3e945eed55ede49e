using System.Collections.Concurrent;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Fakes;

/// <summary>A panel and a server's session, joined in memory.</summary>
internal sealed class RpcPair : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private RpcPair(Stream panelEnd, Stream serverEnd, PanelServices services, IPanelGuard guard, TimeSpan helloTimeout)
    {
        PanelEnd = panelEnd;
        ServerEnd = serverEnd;
        var options = new PanelSessionOptions { HelloTimeout = helloTimeout, OnUnexpectedError = UnexpectedErrors.Enqueue };
        Session = PanelSession.ServeAsync(serverEnd.UsePipe(), new PanelSeat(services, guard), options, _stop.Token);
    }

    public Stream PanelEnd { get; }

    public Stream ServerEnd { get; }

    public Task<Exception?> Session { get; }

    public ConcurrentQueue<UnexpectedError> UnexpectedErrors { get; } = new();

    /// <summary>A session that nobody has said hello to.</summary>
    public static RpcPair Open(PanelServices services, TimeSpan? helloTimeout = null, IPanelGuard? guard = null)
    {
        (Stream panelEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        return new RpcPair(panelEnd, serverEnd, services, guard ?? new AdmittingGuard(), helloTimeout ?? TimeSpan.FromSeconds(30));
    }

    /// <summary>Services of which a test replaces what it is about.</summary>
    public static PanelServices Services() => RecordingService.CreateAll(new ConcurrentQueue<RecordedCall>());

    public Task<PanelConnection> ConnectAsync() => PanelConnection.ConnectAsync(PanelEnd, TimeSpan.FromSeconds(20), TestTimeout.Token);

    public void StopServer() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Session.WaitAsync(TestTimeout.Token);
        _stop.Dispose();
    }
}
