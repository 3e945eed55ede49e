using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace HandyBackup.Contracts.Tests.Trees;

/// <summary>A repository that the real restic makes in a temporary folder: the judge of what trees look like.</summary>
internal sealed class ResticRepository : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("handybackup-trees-").FullName;

    public ResticRepository()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/restic"))
        {
            Assert.Skip("restic is not installed.");
        }

        Directory.CreateDirectory(Source);
        File.WriteAllText(Path.Combine(_folder, "password"), "test");
    }

    /// <summary>The folder to back up; empty at first.</summary>
    public string Source => Path.Combine(_folder, "source");

    public async Task<byte[]> RunAsync(string timeZone, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Source,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TZ"] = timeZone;
        start.Environment["RESTIC_REPOSITORY"] = Path.Combine(_folder, "repository");
        start.Environment["RESTIC_PASSWORD_FILE"] = Path.Combine(_folder, "password");
        start.Environment["RESTIC_CACHE_DIR"] = Path.Combine(_folder, "cache");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        using Process process = Process.Start(start)!;
        using var output = new MemoryStream();
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return output.ToArray();
    }

    /// <summary>Backs the source folder up and returns the text of every tree of the snapshot.</summary>
    public async Task<List<byte[]>> BackUpAndReadTreesAsync(string timeZone, CancellationToken cancellationToken)
    {
        await RunAsync(timeZone, "restic", ["init", "--quiet"], cancellationToken);
        await RunAsync(timeZone, "restic", ["backup", "--quiet", "."], cancellationToken);
        string snapshot = Encoding.UTF8.GetString(await RunAsync(timeZone, "restic", ["list", "snapshots"], cancellationToken)).Trim();
        using var document = JsonDocument.Parse(await RunAsync(timeZone, "restic", ["cat", "snapshot", snapshot], cancellationToken));
        var trees = new List<byte[]>();
        string[] level = [document.RootElement.GetProperty("tree").GetString()!];
        while (level.Length > 0)
        {
            byte[][] texts = await Task.WhenAll(level.Select(id => RunAsync(timeZone, "restic", ["cat", "blob", id], cancellationToken)));
            trees.AddRange(texts);
            level = [.. texts.SelectMany(text => TreeReader.Read(text)).Where(node => node.Subtree is not null).Select(node => node.Subtree.ToString()!)];
        }

        return trees;
    }

    public void Dispose()
    {
        // Not Directory.Delete, which cannot name files whose names are no UTF-8.
        using var removal = Process.Start("rm", ["-rf", "--", _folder]);
        removal.WaitForExit(s_limit);
    }
}
