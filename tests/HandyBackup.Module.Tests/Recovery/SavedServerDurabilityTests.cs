using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Testing;

namespace HandyBackup.Module.Tests.Recovery;

/// <summary>What the system is asked for before the command says that a server was saved: strace watches this process.</summary>
public sealed class SavedServerDurabilityTests : IDisposable
{
    private const string Tracer = "/usr/bin/strace";

    private readonly TempFolder _folder = new();

    public SavedServerDurabilityTests() => File.WriteAllText(_folder.Combine("pw"), "a long password\n");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Folder_is_made_durable_after_the_file_got_its_name(bool replaces)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Tracer), "strace is missing.");
        string saved = Directory.CreateDirectory(_folder.Combine("saved")).FullName;
        string target = Path.Join(saved, "hb.hbserver");
        if (replaces)
        {
            await File.WriteAllTextAsync(target, "old", TestTimeout.Token);
        }

        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.BackUpAsync", new ServerBackupPart[] { new() { Backup = Samples.ServerBackup(), Content = [] }, new() { Content = [1, 2, 3] } });
        string trace = _folder.Combine("trace");
        using Process tracer = await AttachAsync(trace);
        await panel.OutputAsync($"Backup-HBServer '{target}' -PasswordFile '{_folder.Combine("pw")}' -Force");
        await DetachAsync(tracer);

        // The path of each descriptor stands beside it.
        List<string> calls = [.. File.ReadAllLines(trace).Where(line => line.Contains(saved, StringComparison.Ordinal))];
        int content = calls.FindIndex(line => line.Contains("fsync(", StringComparison.Ordinal) && line.Contains(".part>", StringComparison.Ordinal));
        int named = calls.FindLastIndex(line => line.Contains("rename", StringComparison.Ordinal) && line.Contains($"\"{target}\"", StringComparison.Ordinal));
        int durable = calls.FindLastIndex(line => line.Contains("fsync(", StringComparison.Ordinal) && line.Contains($"<{saved}>", StringComparison.Ordinal));
        Assert.True(content >= 0 && content < named && named < durable, string.Join('\n', calls));
    }

    private static async Task<Process> AttachAsync(string trace)
    {
        var start = new ProcessStartInfo(Tracer, ["-f", "-y", "-s", "4096", "-e", "trace=fsync,rename,renameat,renameat2", "-o", trace, "-p", $"{Environment.ProcessId}"]) { RedirectStandardError = true };
        Process tracer = Process.Start(start)!;
        while (await tracer.StandardError.ReadLineAsync(TestTimeout.Token) is { } line)
        {
            Assert.SkipWhen(line.Contains("not permitted", StringComparison.Ordinal), "strace may not watch this process.");
            if (line.Contains("attached", StringComparison.Ordinal))
            {
                return tracer;
            }
        }

        throw new InvalidOperationException("strace ended before it watched.");
    }

    private static async Task DetachAsync(Process tracer)
    {
        using Process interrupt = Process.Start("/bin/kill", ["-INT", $"{tracer.Id}"]);
        await interrupt.WaitForExitAsync(TestTimeout.Token);
        await tracer.StandardError.ReadToEndAsync(TestTimeout.Token);
        await tracer.WaitForExitAsync(TestTimeout.Token);
    }
}
