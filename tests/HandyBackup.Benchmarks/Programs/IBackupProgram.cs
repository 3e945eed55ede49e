using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>A program under measurement. Calls come one after the other; each works on the repository that was made last.</summary>
internal interface IBackupProgram : IAsyncDisposable
{
    /// <summary>The name, as the tables show it.</summary>
    string Name { get; }

    /// <summary>The version, as the program itself says it.</summary>
    Task<string> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Makes a fresh repository in a folder that does not exist yet. Not timed.</summary>
    Task CreateRepositoryAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Backs a folder up.</summary>
    Task<Measurement> BackUpAsync(string source, CancellationToken cancellationToken);

    /// <summary>Restores the newest snapshot below an empty folder, with the full path of the source.</summary>
    Task<Measurement> RestoreAsync(string destination, CancellationToken cancellationToken);

    /// <summary>Checks the repository with all its data.</summary>
    Task<Measurement> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the oldest snapshots, so many. Not timed.</summary>
    Task ForgetAsync(int count, CancellationToken cancellationToken);

    /// <summary>Gives back the space of what was forgotten, so that it is free at the end.</summary>
    Task<Measurement> PruneAsync(CancellationToken cancellationToken);
}
