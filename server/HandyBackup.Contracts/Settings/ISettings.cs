using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>How the server is set up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface ISettings : IDisposable
{
    /// <summary>How many runs work at once.</summary>
    [Requires(Permission.View)]
    Task<RunLimits> GetRunLimitsAsync(CancellationToken cancellationToken);

    /// <summary>Sets how many runs work at once. It counts from now on; runs that work already are not disturbed.</summary>
    /// <returns>All limits as they are now.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    [Requires(Permission.ManageServer)]
    Task<RunLimits> SetRunLimitsAsync(SetRunLimitsRequest request, CancellationToken cancellationToken);
}
