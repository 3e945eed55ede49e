using System.Text.Json;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>The real restic on one repository: the judge of ours.</summary>
internal sealed class ResticProgram(string repository)
{
    /// <summary>Skips the calling test where restic is not installed.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(File.Exists("/usr/bin/restic"), "restic is not installed (Debian: restic).");

    /// <summary>Runs a command that must succeed and gives its output.</summary>
    public Task<string> RunAsync(params string[] arguments) =>
        SystemProgram.RunAsync("restic", Complete(arguments), "/", ("RESTIC_PASSWORD", ProductSession.Password));

    /// <summary>Runs a command that may fail.</summary>
    public Task<ProgramResult> TryRunAsync(params string[] arguments) =>
        SystemProgram.TryRunAsync("restic", Complete(arguments), "/", ("RESTIC_PASSWORD", ProductSession.Password));

    /// <summary>Checks the repository with all its data.</summary>
    public async Task CheckAsync()
    {
        ProgramResult result = await TryRunAsync("check", "--read-data");
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("no errors were found", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The snapshots, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> SnapshotsAsync()
    {
        using var document = JsonDocument.Parse(await RunAsync("snapshots", "--json"));
        return [.. document.RootElement.EnumerateArray().Select(snapshot => snapshot.Clone())];
    }

    private string[] Complete(string[] arguments) => ["--repo", repository, "--no-cache", .. arguments];
}
