using System.Net.Sockets;

namespace HandyBackup.Rpc.Network;

/// <summary>
/// Keeps the queue of bytes short that the system has taken from us and not yet sent. By itself it takes megabytes, and on a slow line a control message would wait
/// seconds behind them. What is under way is not limited, so that long lines stay fast.
/// </summary>
public static class UnsentLimit
{
    /// <summary>How many bytes may wait.</summary>
    public const int Bytes = 256 * 1024;

    // netinet/in.h and linux/tcp.h; .NET has no name for the option. Windows keeps its queue as short as the line allows by itself.
    private const int ProtocolTcp = 6;
    private const int TcpNotSentLowWater = 25;

    /// <summary>Sets the limit on a connection, where the system has one.</summary>
    public static void Set(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(ProtocolTcp, TcpNotSentLowWater, BitConverter.GetBytes(Bytes));
        }
    }
}
