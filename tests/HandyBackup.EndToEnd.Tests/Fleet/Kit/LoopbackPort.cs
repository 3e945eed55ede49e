using System.Net;
using System.Net.Sockets;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>Ports for servers that are killed and started again.</summary>
internal static class LoopbackPort
{
    // Below those that the system gives to clients: one of them could have the port before the server is back, or connect to itself.
    private const int Lowest = 12_000;
    private const int Highest = 32_000;

    /// <summary>One that is free now.</summary>
    public static int Choose()
    {
        while (true)
        {
            int port = Random.Shared.Next(Lowest, Highest);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
