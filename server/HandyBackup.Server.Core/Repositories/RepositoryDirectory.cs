using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Finds repositories by name.</summary>
internal sealed class RepositoryDirectory(ICatalog catalog)
{
    /// <summary>The repository of this name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryNotFound"/>.</exception>
    public async Task<RepositoryRecord> FindAsync(string name, CancellationToken cancellationToken) =>
        await catalog.Repositories.FindAsync(name, cancellationToken)
        ?? throw NotFound(name);

    /// <summary>What is said of a repository that nobody knows.</summary>
    public static HandyBackupException NotFound(string name) => new(ErrorCode.RepositoryNotFound, $"No repository named '{name}' is known.")
    {
        Target = name,
        Advice = "List the repositories, create one, or import an existing one.",
    };

    /// <summary>A repository as it is now, whatever it is called by now.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryNotFound"/>.</exception>
    public async Task<RepositoryRecord> FindByIdAsync(RepositoryRecord known, CancellationToken cancellationToken)
    {
        await foreach (RepositoryRecord repository in catalog.Repositories.ListAsync(cancellationToken))
        {
            if (repository.Id == known.Id)
            {
                return repository;
            }
        }

        return await FindAsync(known.Name, cancellationToken);
    }

    /// <summary>Lists the repositories whose names fit, by name.</summary>
    /// <param name="pattern">The name with wildcards; null for all.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async IAsyncEnumerable<RepositoryRecord> ListAsync(string? pattern, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(pattern);
        await foreach (RepositoryRecord repository in catalog.Repositories.ListAsync(cancellationToken))
        {
            if (name.Matches(repository.Name))
            {
                yield return repository;
            }
        }
    }
}
