namespace HandyBackup.Repository;

/// <summary>The local folder in which all repositories keep copies of their indexes: see <see cref="OpenRepository.OpenAsync(Stores.IStore, string, string?, TimeProvider, CancellationToken)"/>.</summary>
public static class RepositoryCaches
{
    /// <summary>Removes what was kept of a repository that is known no more. Never fails: what cannot be removed does no harm.</summary>
    /// <param name="cacheFolder">The folder of all repositories.</param>
    /// <param name="repositoryId">The repository's id.</param>
    public static void Remove(string cacheFolder, string repositoryId) => IndexCache.Of(cacheFolder, repositoryId)?.Remove();
}
