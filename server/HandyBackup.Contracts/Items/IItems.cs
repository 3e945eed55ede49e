using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Files and folders, live and stored.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IItems : IDisposable
{
    /// <summary>Lists items, folders before their content.</summary>
    IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken);

    /// <summary>Says item by item what a restore would do, and changes nothing.</summary>
    IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a restore and returns its run as it begins.</summary>
    Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken);
}
