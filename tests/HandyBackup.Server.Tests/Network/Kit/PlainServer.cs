using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using HandyBackup.Contracts;
using HandyBackup.Server.Tests.Fakes;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>Somebody on loopback who is not the server: does with each connection what a test says, and hangs up.</summary>
internal sealed class PlainServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public PlainServer(Func<NetworkStream, Task> serve)
    {
        _listener.Start();
        _ = AcceptAsync(serve);
    }

    public ServerAddress Address => new("localhost", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(Func<NetworkStream, Task> serve)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(TestTimeout.Token);
                _ = ServeAsync(client, serve);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private static async Task ServeAsync(TcpClient client, Func<NetworkStream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException)
            {
                // The other side did not like what it got, which is what the test is about.
            }
        }
    }
}
