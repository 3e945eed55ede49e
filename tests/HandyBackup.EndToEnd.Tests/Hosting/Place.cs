using System.Management.Automation;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>What one test has to itself in a session that others use too: a repository and folders, all named after it. Its task has its name.</summary>
internal sealed class Place(ProductSession session, string name)
{
    /// <summary>The name of the repository and of the task.</summary>
    public string Name => name;

    /// <summary>What the name of the repository's folder is in the session's.</summary>
    public string RepositoryFolder => $"{name}-repository";

    /// <summary>The repository's folder.</summary>
    public string RepositoryPath => session.In(RepositoryFolder);

    /// <summary>The folder that the task backs up.</summary>
    public string Source => In("source");

    /// <summary>Where restores go.</summary>
    public string Out => In("out");

    /// <summary>The source as it is restored below <see cref="Out"/>.</summary>
    public string Restored => Out + Source;

    /// <summary>The command that restores the newest snapshot to <see cref="Out"/>.</summary>
    public string Restore => RestoreTo(Out);

    /// <summary>A path that only this test uses.</summary>
    public string In(string file) => session.In($"{name}-{file}");

    /// <summary>The command that restores the newest snapshot to a folder.</summary>
    public string RestoreTo(string destination) => $"Get-HBSnapshot -Task {name} | Restore-HBItem -Destination '{destination}'";

    /// <summary>Makes the task for a folder, or several, as they stand between quotes.</summary>
    public Task CreateTaskAsync(string folder) => session.CreateTaskAsync(name, folder, repository: name);

    /// <summary>Runs the task to its end, which must be complete success.</summary>
    public Task<PSObject> BackUpAsync() => session.BackUpAsync(name);

    /// <summary>Runs the task to its end, whatever that is.</summary>
    public Task<ScriptResult> TryBackUpAsync() => session.RunAsync($"Start-HBTask {name} -Wait");

    /// <summary>The snapshots of the repository.</summary>
    public Task<IReadOnlyList<PSObject>> SnapshotsAsync() => session.OutputAsync($"Get-HBSnapshot -Repository {name}");
}
