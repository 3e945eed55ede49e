using System.Text.Json;
using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>restic with its defaults: its cache is on, compression is automatic.</summary>
/// <param name="folder">Where its cache and temporary files go.</param>
internal sealed class ResticProgram(string folder) : IBackupProgram
{
    private readonly CommandRunner _commands = new(new Dictionary<string, string>
    {
        ["RESTIC_PASSWORD"] = "benchmark",
        ["RESTIC_CACHE_DIR"] = Path.Combine(folder, "restic-cache"),
        ["TMPDIR"] = folder,
    });

    private string _repository = "";

    /// <inheritdoc/>
    public string Name => "restic";

    /// <inheritdoc/>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken) =>
        (await _commands.RunAsync("restic", ["version"], folder, cancellationToken)).Output.Trim();

    /// <inheritdoc/>
    public async Task CreateRepositoryAsync(string folder, CancellationToken cancellationToken)
    {
        _repository = folder;
        await RunAsync(["init"], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Measurement> BackUpAsync(string source, CancellationToken cancellationToken) => RunAsync(["backup", source], cancellationToken);

    /// <inheritdoc/>
    public Task<Measurement> RestoreAsync(string destination, CancellationToken cancellationToken) =>
        RunAsync(["restore", "latest", "--target", destination], cancellationToken);

    /// <inheritdoc/>
    public Task<Measurement> CheckAsync(CancellationToken cancellationToken) => RunAsync(["check", "--read-data"], cancellationToken);

    /// <inheritdoc/>
    public async Task ForgetAsync(int count, CancellationToken cancellationToken)
    {
        // One line of JSON with all snapshots, oldest first.
        (_, string json) = await _commands.RunAsync("restic", ["--repo", _repository, "snapshots", "--json"], folder, cancellationToken);
        using var snapshots = JsonDocument.Parse(json);
        await RunAsync(["forget", .. snapshots.RootElement.EnumerateArray().OrderBy(one => one.GetProperty("time").GetDateTimeOffset()).Take(count).Select(one => one.GetProperty("id").GetString()!)], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Measurement> PruneAsync(CancellationToken cancellationToken) => RunAsync(["prune"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Measurement> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        (await _commands.RunAsync("restic", ["--repo", _repository, "--quiet", .. arguments], folder, cancellationToken)).Figures;
}
