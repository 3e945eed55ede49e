using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Keeps no line.</summary>
internal sealed class ForgetfulLog : IRunLogCatalog
{
    public IAsyncEnumerable<RunLogEntry> ListAsync(Guid runId, RunLogLevel minimumLevel, CancellationToken cancellationToken) => AsyncEnumerable.Empty<RunLogEntry>();

    public Task AppendAsync(Guid runId, IReadOnlyList<RunLogEntry> entries, CancellationToken cancellationToken) => Task.CompletedTask;
}
