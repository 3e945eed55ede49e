using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent;

/// <summary>What the agent does while its host runs.</summary>
internal interface IAgentWork
{
    /// <summary>Works until the token is cancelled.</summary>
    /// <exception cref="HandyBackupException">It cannot work, or cannot go on.</exception>
    Task RunAsync(ILoggerFactory loggerFactory, CancellationToken stop);
}
