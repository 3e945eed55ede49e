using System.Diagnostics;
using System.Globalization;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Installation.Kit;

/// <summary>
/// A machine that a real systemd runs, in namespaces of its own on this one: it shares kernel, network and the test's folder, reads this machine's files, and keeps what it writes elsewhere to itself. It ends with
/// the test program, however that ends, and leaves nothing.
/// </summary>
internal sealed class SystemdMachine : IAsyncDisposable
{
    private const string Systemd = "/lib/systemd/systemd";

    // What one command may take: an installation that is taken back waits a minute for an agent that says nothing, and then for its end.
    private const int CommandLimit = 150;

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(60);
    private static int s_machines;

    private readonly string _folder;
    private readonly Process _launcher;
    private readonly Task<string> _said;
    private string _first = "";

    private SystemdMachine(string folder)
    {
        _folder = folder;
        Name = string.Create(CultureInfo.InvariantCulture, $"hb-machine-{Environment.ProcessId}-{Interlocked.Increment(ref s_machines)}");
        Directory.CreateDirectory(Path.Join(folder, "layer"));
        File.WriteAllText(Path.Join(folder, "launch"), MachineScripts.Launch);
        File.WriteAllText(Path.Join(folder, "boot"), MachineScripts.Boot);
        _launcher = Process.Start(new ProcessStartInfo("sh", [Path.Join(folder, "launch"), Name, folder, BuiltProduct.Root]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        _said = _launcher.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Its name, and the host name that its programs see.</summary>
    public string Name { get; }

    /// <summary>Skips the calling test where there can be none.</summary>
    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can make namespaces and control groups.");
        Assert.SkipUnless(File.Exists(Systemd), "systemd is not installed (Debian: systemd).");
        Assert.SkipUnless(File.ReadAllText("/proc/filesystems").Contains("\toverlay\n", StringComparison.Ordinal), "The kernel has no overlay file system.");
        string[] groups = File.ReadAllLines("/proc/self/cgroup");
        foreach (string hierarchy in MachineScripts.OwnHierarchies.Concat(MachineScripts.LimitHierarchies))
        {
            string inRoot = hierarchy switch { "unified" => "::/", "systemd" => ":name=systemd:/", _ => $":{hierarchy}:/" };
            Assert.SkipUnless(
                Directory.Exists($"{MachineScripts.ControlGroups}/{hierarchy}") && groups.Any(group => group.EndsWith(inRoot, StringComparison.Ordinal)),
                $"The control groups are not those of a hybrid layout with this process in the root of '{hierarchy}'.");
        }
    }

    /// <summary>A machine that has started.</summary>
    /// <param name="folder">The test's folder, absolute; inside it is the same. Should be empty but for what programs of the machine are to see.</param>
    public static async Task<SystemdMachine> StartAsync(string folder)
    {
        var machine = new SystemdMachine(folder);
        try
        {
            await machine.WaitUntilStartedAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program inside, as root, which must succeed.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        ProgramResult result = await TryRunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with exit code {result.ExitCode}: {result.Output}{result.Errors}\n{(await TryRunAsync("journalctl", "--no-pager", "-n", "40")).Output}");
        return result.Output;
    }

    /// <summary>The same for a program that may fail. One that takes too long is killed and ends with exit code 137.</summary>
    public Task<ProgramResult> TryRunAsync(string program, params IReadOnlyList<string> arguments) => SystemProgram.TryRunAsync(
        "timeout",
        [
            "--signal=KILL", CommandLimit.ToString(CultureInfo.InvariantCulture), "nsenter", "--target", _first, "--mount", "--pid", "--cgroup", "--ipc", "--uts",
            program, .. arguments,
        ],
        "/");

    /// <summary>A property of a unit, as systemd says it.</summary>
    public async Task<string> ShowAsync(string unit, string property) => (await RunAsync("systemctl", "show", unit, "--value", "--property", property)).TrimEnd('\n');

    /// <summary>Ends it, with everything that runs in it.</summary>
    public async ValueTask DisposeAsync()
    {
        _launcher.StandardInput.Close();
        await _launcher.WaitForExitAsync(CancellationToken.None).WaitAsync(s_endLimit);
        string said = await _said;
        int exitCode = _launcher.ExitCode;
        _launcher.Dispose();
        Assert.True(exitCode == 0, $"The machine could not be ended: {said}");
    }

    private async Task WaitUntilStartedAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_startLimit);
        ProgramResult? answer = null;
        while (answer?.Output.Trim() != "running")
        {
            if (limit.IsCancellationRequested)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                Assert.Fail($"systemd did not start. It says: {answer?.Output}{answer?.Errors}\n{await File.ReadAllTextAsync(Path.Join(_folder, "console"), CancellationToken.None)}");
            }

            await Task.Delay(50, CancellationToken.None);
            if (FindFirst() is { } first)
            {
                _first = first;
                answer = await TryRunAsync("systemctl", "is-system-running");
            }
        }
    }

    // systemd moves itself into this group when it is about to work. Its children are there too until they have a group of their own, but have other numbers inside.
    private string? FindFirst()
    {
        try
        {
            return File.ReadLines($"{MachineScripts.ControlGroups}/unified/{Name}/init.scope/cgroup.procs")
                .FirstOrDefault(process => File.ReadLines($"/proc/{process}/status").Any(line => line.StartsWith("NSpid:", StringComparison.Ordinal) && line.EndsWith("\t1", StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            // It has not come so far, or a child ended while one looked.
            return null;
        }
    }
}
