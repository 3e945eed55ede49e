using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent;

/// <summary>The work of an agent that could not get ready: to say why.</summary>
internal sealed class AgentFailure(HandyBackupException failure) : IAgentWork
{
    /// <inheritdoc/>
    public Task RunAsync(ILoggerFactory loggerFactory, CancellationToken stop) => Task.FromException(failure);
}
