using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The repositories that a server owns.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IRepositories : IDisposable
{
    /// <summary>Makes a new, empty repository.</summary>
    [Requires(Permission.ManageRepositories)]
    Task<RepositoryInfo> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Takes in a repository that exists.</summary>
    [Requires(Permission.ManageRepositories)]
    Task<RepositoryInfo> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Lists repositories by name.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<RepositoryInfo> ListAsync(RepositoryQuery query, CancellationToken cancellationToken);

    /// <summary>Changes a repository's properties.</summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    Task<RepositoryInfo> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Forgets a repository; deletes its files only when told to.</summary>
    [Requires(Permission.RemoveData, Narrowable = true)]
    Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a check. Each finding becomes a line of the run's log; a run that found damage ends as <see cref="RunState.Failed"/>.</summary>
    [Requires(Permission.Operate, Narrowable = true)]
    Task<Run> StartCheckAsync(CheckRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Starts an optimization, or the planning of one: the run's <see cref="Run.Optimization"/> says what was done, or would be.</summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    Task<Run> StartOptimizeAsync(OptimizeRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a repair. Each thing that is done becomes a line of the run's log, and <see cref="RunProgress.Repair"/> counts them; what is lost is
    /// logged as an error, and the run ends as <see cref="RunState.CompletedWithWarnings"/>.
    /// </summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    Task<Run> StartRepairAsync(RepairRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Lists the keys.</summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    IAsyncEnumerable<RepositoryKey> ListKeysAsync(RepositoryReference repository, CancellationToken cancellationToken);

    /// <summary>Adds a key, so that a further password opens the repository.</summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    Task<RepositoryKey> AddKeyAsync(AddRepositoryKeyRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a key. The key that the server uses and the last one are refused.</summary>
    [Requires(Permission.ManageRepositories, Narrowable = true)]
    Task RemoveKeyAsync(RemoveRepositoryKeyRequest request, CancellationToken cancellationToken);
}
