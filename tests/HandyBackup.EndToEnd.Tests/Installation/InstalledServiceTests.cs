using System.Diagnostics;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Installation.Kit;

namespace HandyBackup.EndToEnd.Tests.Installation;

/// <summary>The package's program installs itself at its usual places, under a real systemd and for a real server.</summary>
public sealed class InstalledServiceTests
{
    // What a failed installation ends with: 1603, of which Linux keeps the low byte.
    private const int Failed = 1603 & 0xFF;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Installed_it_is_a_service_that_starts_with_the_machine_and_another_time_is_not_disturbed()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();

        string process = await scene.WaitUntilConnectedAsync();
        Assert.Equal(
            ("active", "running", "notify", "enabled", "0", $"{InstallationScene.ProgramFolder}/hb-agent"),
            (await ShowAsync("ActiveState"), await ShowAsync("SubState"), await ShowAsync("Type"), await ShowAsync("UnitFileState"), await ShowAsync("NRestarts"),
                (await scene.Machine.RunAsync("readlink", $"/proc/{process}/exe")).Trim()));
        Assert.Equal("root:root 700\n", await scene.Machine.RunAsync("stat", "--format=%U:%G %a", InstallationScene.DataFolder));

        await scene.Machine.RunAsync(Path.Join(InstallationScene.Package, "hb-agent"), "install", "--server", scene.Server.EndPoint.ToString());
        Assert.Equal(process, await scene.ProcessAsync());
        Assert.True((await scene.FindAgentAsync()).IsOnline);

        Task<string> ShowAsync(string property) => scene.Machine.ShowAsync(InstallationScene.Unit, property);
    }

    [Fact(Timeout = 120_000)]
    public async Task Killed_it_is_started_again_and_told_to_stop_it_ends_soon_and_cleanly()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string process = await scene.WaitUntilConnectedAsync();

        await scene.Machine.RunAsync("kill", "-KILL", process);
        await scene.Panel.WaitUntilAsync(scene.Agent, isOnline: false);
        Assert.NotEqual(process, await scene.WaitUntilConnectedAsync());
        Assert.Equal("1", await scene.Machine.ShowAsync(InstallationScene.Unit, "NRestarts"));

        var passed = Stopwatch.StartNew();
        await scene.Machine.RunAsync("systemctl", "stop", InstallationScene.Unit);
        Assert.InRange(passed.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal(
            ("inactive", "success", "0"),
            (await scene.Machine.ShowAsync(InstallationScene.Unit, "ActiveState"), await scene.Machine.ShowAsync(InstallationScene.Unit, "Result"), await scene.Machine.ShowAsync(InstallationScene.Unit, "ExecMainStatus")));
        await scene.Panel.WaitUntilAsync(scene.Agent, isOnline: false);
    }

    [Fact(Timeout = 180_000)]
    public async Task Upgraded_it_is_the_same_agent_and_removed_it_leaves_nothing()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string process = await scene.WaitUntilConnectedAsync();
        Guid id = (await scene.FindAgentAsync()).Id;
        string newer = await scene.CopyPackageAsync("newer");
        await File.WriteAllTextAsync(scene.In("newer/new.txt"), "what is new", Token);

        await scene.Machine.RunAsync(newer, "upgrade");
        Assert.NotEqual(process, await scene.WaitUntilConnectedAsync());
        Assert.Equal("what is new", await scene.Machine.RunAsync("cat", InstallationScene.ProgramFolder + "/new.txt"));
        Assert.Equal(id, (await scene.FindAgentAsync()).Id);
        Assert.Equal($"{InstallationScene.ProgramFolder}\n", await scene.Machine.RunAsync("sh", "-c", $"ls -d {InstallationScene.ProgramFolder}*"));

        await scene.Machine.RunAsync(Path.Join(InstallationScene.ProgramFolder, "hb-agent"), "uninstall");
        Assert.Equal(("not-found", ""), (await scene.Machine.ShowAsync(InstallationScene.Unit, "LoadState"), await scene.Machine.ShowAsync(InstallationScene.Unit, "UnitFileState")));
        Assert.Equal("0", await scene.ProcessAsync());
        Assert.Equal("", await scene.Machine.RunAsync(
            "find", "/etc/systemd/system", "/opt", "/var/lib", "-maxdepth", "2", "-name", "handybackup*"));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_version_that_cannot_work_makes_way_for_the_old_one_and_for_the_unit_that_it_had()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();

        // A unit as an older version may have written it.
        await scene.Machine.RunAsync("sed", "--in-place", "s/^Description=.*/Description=The agent of before/", InstallationScene.UnitFile);
        await scene.Machine.RunAsync("systemctl", "daemon-reload");
        string unit = await scene.Machine.RunAsync("cat", InstallationScene.UnitFile);
        string process = await scene.WaitUntilConnectedAsync();

        // Needed when the agent works, and not to upgrade.
        string broken = await scene.CopyPackageAsync("broken");
        await File.WriteAllTextAsync(scene.In("broken/Microsoft.Extensions.Hosting.Systemd.dll"), "no library", Token);
        ProgramResult result = await scene.Machine.TryRunAsync(broken, "upgrade");
        TestContext.Current.TestOutputHelper?.WriteLine(result.Errors);

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("systemctl start handybackup-agent.service", result.Errors, StringComparison.Ordinal);
        Assert.NotEqual(process, await scene.WaitUntilConnectedAsync());
        Assert.Equal(unit, await scene.Machine.RunAsync("cat", InstallationScene.UnitFile));
        Assert.Equal(
            ("The agent of before", "no", "enabled"),
            (await scene.Machine.ShowAsync(InstallationScene.Unit, "Description"), await scene.Machine.ShowAsync(InstallationScene.Unit, "NeedDaemonReload"), await scene.Machine.ShowAsync(InstallationScene.Unit, "UnitFileState")));
        Assert.Equal($"{InstallationScene.ProgramFolder}\n", await scene.Machine.RunAsync("sh", "-c", $"ls -d {InstallationScene.ProgramFolder}*"));
    }
}
