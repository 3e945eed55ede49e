namespace HandyBackup.Shell.Tests;

/// <summary>A script in a temporary folder.</summary>
internal sealed class ScriptFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hb-shell-").FullName;

    public ScriptFile(string text)
    {
        Path = System.IO.Path.Combine(_folder, "script.ps1");
        File.WriteAllText(Path, text);
    }

    /// <summary>The script's path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
