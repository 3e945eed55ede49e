namespace HandyBackup.Benchmarks;

/// <summary>A temporary folder that goes with everything in it.</summary>
internal sealed class WorkFolder : IDisposable
{
    /// <summary>Makes a folder of a new name.</summary>
    /// <param name="parent">An existing folder.</param>
    public WorkFolder(string parent)
    {
        if (!Directory.Exists(parent))
        {
            throw new BenchmarkException($"The folder '{parent}' does not exist. Name another one with --disk.");
        }

        FullPath = Path.Combine(parent, "hb-bench-" + Guid.NewGuid().ToString("n")[..8]);
        Directory.CreateDirectory(FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The absolute path.</summary>
    public string FullPath { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
