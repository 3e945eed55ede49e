using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The server itself.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IServerInfo : IDisposable
{
    /// <summary>Must be the first call; every other call before it is refused with <see cref="ErrorCode.ProtocolMismatch"/>.</summary>
    [Requires(Permission.Anybody)]
    Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken);

    /// <summary>How the server is.</summary>
    [Requires(Permission.View, Narrowable = true)]
    Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Asks the server to stop: it stops its runs and ends. Returns when it has begun to.</summary>
    [Requires(Permission.ManageServer)]
    Task StopAsync(StopServerRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Saves all that the server is (catalog, key, how it was started) as one encrypted file, while it works. The bytes of the parts, one after the other, are the file;
    /// one that lacks the last part opens for nobody. Fails with <see cref="ErrorCode.PasswordTooWeak"/>, <see cref="ErrorCode.CatalogDamaged"/> or <see cref="ErrorCode.DataPathUnusable"/>.
    /// </summary>
    [Requires(Permission.ManageServer, Audited = true)]
    IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken);
}

/// <summary>How a server should stop.</summary>
public sealed record StopServerRequest
{
    /// <summary>True to stop runs that are under way; false to refuse while there are any (<see cref="ErrorCode.TaskBusy"/>).</summary>
    public bool Force { get; init; }
}
