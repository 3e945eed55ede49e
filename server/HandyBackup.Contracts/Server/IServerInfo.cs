using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The server itself.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IServerInfo : IDisposable
{
    /// <summary>Must be the first call; every other call before it is refused with <see cref="ErrorCode.ProtocolMismatch"/>.</summary>
    Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken);

    /// <summary>How the server is.</summary>
    Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Asks the server to stop: it stops its runs and ends. Returns when it has begun to.</summary>
    Task StopAsync(StopServerRequest request, CancellationToken cancellationToken);
}

/// <summary>How a server should stop.</summary>
public sealed record StopServerRequest
{
    /// <summary>True to stop runs that are under way; false to refuse while there are any (<see cref="ErrorCode.TaskBusy"/>).</summary>
    public bool Force { get; init; }
}
