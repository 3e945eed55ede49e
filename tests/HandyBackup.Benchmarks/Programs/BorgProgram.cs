using System.Globalization;
using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>borg with its defaults and an encrypted repository, since the others encrypt too.</summary>
/// <param name="folder">Where its caches, keys and temporary files go.</param>
internal sealed class BorgProgram(string folder) : IBackupProgram
{
    private readonly CommandRunner _commands = new(new Dictionary<string, string>
    {
        ["BORG_PASSPHRASE"] = "benchmark",
        ["BORG_BASE_DIR"] = Path.Combine(folder, "borg"),
        ["TMPDIR"] = folder,
    });

    private string _repository = "";
    private int _archives;

    /// <inheritdoc/>
    public string Name => "borg";

    private string NewestArchive => $"{_repository}::{_archives}";

    /// <inheritdoc/>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken) =>
        (await _commands.RunAsync("borg", ["--version"], folder, cancellationToken)).Output.Trim();

    /// <inheritdoc/>
    public async Task CreateRepositoryAsync(string folder, CancellationToken cancellationToken)
    {
        _repository = folder;
        _archives = 0;
        await RunAsync(["init", "--encryption", "repokey", _repository], Path.GetDirectoryName(_repository)!, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Measurement> BackUpAsync(string source, CancellationToken cancellationToken)
    {
        _archives++;
        return RunAsync(["create", NewestArchive, source], folder, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Measurement> RestoreAsync(string destination, CancellationToken cancellationToken) =>
        RunAsync(["extract", NewestArchive], destination, cancellationToken);

    /// <inheritdoc/>
    public Task<Measurement> CheckAsync(CancellationToken cancellationToken) => RunAsync(["check", "--verify-data", _repository], folder, cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(int count, CancellationToken cancellationToken) =>
        RunAsync(["delete", "--first", count.ToString(CultureInfo.InvariantCulture), _repository], folder, cancellationToken);

    /// <inheritdoc/>
    public Task<Measurement> PruneAsync(CancellationToken cancellationToken) => RunAsync(["compact", _repository], folder, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Measurement> RunAsync(string[] arguments, string workingFolder, CancellationToken cancellationToken) =>
        (await _commands.RunAsync("borg", arguments, workingFolder, cancellationToken)).Figures;
}
