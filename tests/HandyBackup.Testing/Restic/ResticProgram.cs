using System.ComponentModel;
using System.Diagnostics;

namespace HandyBackup.Testing;

/// <summary>The real restic, on one repository folder with one password. It keeps no cache, so that it sees what is in the repository.</summary>
public sealed class ResticProgram
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<bool> s_isInstalled = new(IsInstalled);

    private readonly string _repository;
    private readonly string _password;

    private ResticProgram(string repository, string password)
    {
        _repository = repository;
        _password = password;
    }

    /// <summary>Names the repository and its password, or skips the test if restic is not installed.</summary>
    public static ResticProgram OrSkip(string repository, string password)
    {
        Assert.SkipUnless(s_isInstalled.Value, "restic is not installed.");
        return new ResticProgram(repository, password);
    }

    /// <summary>The same repository with another password.</summary>
    public ResticProgram With(string password) => new(_repository, password);

    public Task<ResticResult> InitAsync(int version, CancellationToken cancellationToken) =>
        RunAsync(["init", "--repository-version", $"{version}"], cancellationToken);

    public Task<ResticResult> BackupAsync(string path, IEnumerable<string> options, CancellationToken cancellationToken) =>
        RunAsync(["backup", "--quiet", .. options, "--", path], cancellationToken);

    public Task<ResticResult> RestoreAsync(string snapshot, string target, CancellationToken cancellationToken) =>
        RunAsync(["restore", snapshot, "--target", target], cancellationToken);

    public Task<ResticResult> CheckAsync(bool readData, CancellationToken cancellationToken) =>
        RunAsync(readData ? ["check", "--read-data"] : ["check"], cancellationToken);

    /// <summary>Prints one object, such as <c>config</c>, <c>masterkey</c> or <c>snapshot ID</c>.</summary>
    public Task<ResticResult> CatAsync(IEnumerable<string> what, CancellationToken cancellationToken) => RunAsync(["cat", .. what], cancellationToken);

    public Task<ResticResult> SnapshotsAsync(CancellationToken cancellationToken) => RunAsync(["snapshots", "--json", "--no-lock"], cancellationToken);

    /// <summary>Adds a key with another password, or changes the password of the key in use.</summary>
    public async Task<ResticResult> KeyAsync(string action, string newPassword, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        string file = folder.Combine("password");
        await File.WriteAllTextAsync(file, newPassword, cancellationToken);
        return await RunAsync(["key", action, "--new-password-file", file], cancellationToken);
    }

    public Task<ResticResult> UnlockAsync(CancellationToken cancellationToken) => RunAsync(["unlock"], cancellationToken);

    /// <summary>Runs any command to its end, for at most two minutes.</summary>
    public async Task<ResticResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using Process process = Start(arguments);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(s_limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limited.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limited.Token);
            await process.WaitForExitAsync(limited.Token);
            return new ResticResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Starts any command and leaves it running; its input and outputs are pipes. The caller ends it.</summary>
    public Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("restic", ["--no-cache", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RESTIC_REPOSITORY"] = _repository;
        start.Environment["RESTIC_PASSWORD"] = _password;
        return Process.Start(start)!;
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("restic", ["version"]) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
