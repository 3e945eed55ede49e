using System.Net.Sockets;
using System.Runtime.Versioning;
using HandyBackup.Rpc.Local;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Local;

/// <summary>A data path of its own with a server's sessions behind its real socket.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SocketAddressPath _address;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    public SocketServer(string dataPath)
    {
        DataPath = dataPath;
        Directory.CreateDirectory(dataPath);
        _address = SocketAddressPath.Open(dataPath, SocketEndpoint.FileName);
        _listener.Bind(new UnixDomainSocketEndPoint(_address.Text));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string DataPath { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.WaitAsync(TestTimeout.Token);
        _listener.Dispose();
        _address.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                sessions.Add(PanelSession.ServeAsync(new NetworkStream(socket, ownsSocket: true).UsePipe(), new PanelSeat(RpcPair.Services(), new AdmittingGuard()), new PanelSessionOptions(), _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }
}
