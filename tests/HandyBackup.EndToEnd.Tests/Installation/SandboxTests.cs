using System.Globalization;
using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Installation.Kit;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Installation;

/// <summary>What systemd takes from the installed agent, as its unit says, it does not need, and what it needs it has.</summary>
public sealed class SandboxTests
{
    // linux/capability.h: those of the unit, and no other.
    private const ulong Capabilities =
        1UL << 0 /* CHOWN */ | 1UL << 1 /* DAC_OVERRIDE */ | 1UL << 2 /* DAC_READ_SEARCH */ | 1UL << 3 /* FOWNER */ | 1UL << 4 /* FSETID */ | 1UL << 6 /* SETGID */ | 1UL << 7 /* SETUID */
        | 1UL << 21 /* SYS_ADMIN */ | 1UL << 23 /* SYS_NICE */ | 1UL << 27 /* MKNOD */ | 1UL << 28 /* LEASE */ | 1UL << 31 /* SETFCAP */;

    private static readonly string[] s_protections =
    [
        "NoNewPrivileges", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelTunables", "RestrictNamespaces", "RestrictRealtime", "LockPersonality",
    ];

    // Which services that have no business there are often kept out of.
    private static readonly string[] s_systemFolders = ["/usr/lib/modules/tests", "/usr/tests", "/etc/tests", "/boot/tests", "/root/tests", "/home/tests", "/tmp/tests", "/opt/tests"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task The_agent_has_the_rights_that_the_unit_leaves_it_and_no_others()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string process = await scene.WaitUntilConnectedAsync();

        foreach (string protection in s_protections)
        {
            Assert.Equal((protection, "yes"), (protection, await scene.Machine.ShowAsync(InstallationScene.Unit, protection)));
        }

        Dictionary<string, string> status = (await scene.Machine.RunAsync("cat", $"/proc/{process}/status")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Equal(("1", "2", "0077"), (status["NoNewPrivs"], status["Seccomp"], status["Umask"]));
        foreach (string set in new[] { "CapBnd", "CapPrm", "CapEff" })
        {
            Assert.Equal((set, Capabilities), (set, ulong.Parse(status[set], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        // Through its own eyes; nsenter alone takes the place of a program that somebody slipped in.
        ProgramResult written = await scene.Machine.TryRunAsync("nsenter", "--target", process, "--mount", "mkdir", "/sys/fs/cgroup/unified/slipped-in");
        Assert.Contains("Read-only file system", written.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Whatever_a_file_system_holds_is_backed_up_and_restored_to_the_last_attribute()
    {
        NastyTree.SkipUnlessPossible();
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string source = scene.In("source");
        await NastyTree.CreateAsync(source);

        Run backup = await BackUpAsync(scene, source);
        await scene.Panel.CompleteAsync(await scene.Panel.StartRestoreAsync(backup, scene.In("restored")));

        string restored = scene.In("restored") + source;
        await TreeListing.AssertEqualAsync(source, restored);
        Assert.InRange(await TreeListing.DiskUsageAsync(restored, "sparse"), 0, 8192);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_folder_of_the_system_is_hidden_from_it()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        string all = string.Join(' ', s_systemFolders);
        await scene.Machine.RunAsync("sh", "-euc", $"for folder in {all}; do mkdir -p $folder; echo content > $folder/file; done");

        // Afterwards: only what is there when a service starts can be hidden from it.
        await scene.InstallAsync();

        Run backup = await BackUpAsync(scene, s_systemFolders);
        await scene.Machine.RunAsync("sh", "-euc", $"rm -r {all}");
        await scene.Panel.CompleteAsync(await scene.Panel.StartRestoreAsync(backup, "/"));

        foreach (string folder in s_systemFolders)
        {
            Assert.Equal((folder, "content\n"), (folder, await scene.Machine.RunAsync("cat", folder + "/file")));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task It_can_take_back_seat_to_everybody_else()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string settings = InstallationScene.DataFolder + "/agent.json";
        JsonNode content = JsonNode.Parse(await scene.Machine.RunAsync("cat", settings))!;
        content["cpuPriority"] = "Idle";
        content["ioPriority"] = "Idle";
        await File.WriteAllTextAsync(scene.In("agent.json"), content.ToJsonString(), Token);
        await scene.Machine.RunAsync("cp", scene.In("agent.json"), settings);
        await scene.Machine.RunAsync("systemctl", "restart", InstallationScene.Unit);

        string process = await scene.WaitUntilConnectedAsync();
        string[] threads = (await scene.Machine.RunAsync("sh", "-euc", $"for thread in $(ls /proc/{process}/task); do echo $(ps -L -o lwp=,ni= -p {process} | grep \"^ *$thread \") $(ionice -p $thread); done"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(threads.Length > 5, string.Join('\n', threads));
        Assert.All(threads, thread => Assert.Matches("^[0-9]+ 19 idle$", thread));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_limits_of_the_example_hold_and_stay_when_the_agent_is_upgraded()
    {
        await using InstallationScene scene = await InstallationScene.StartAsync();
        await scene.InstallAsync();
        string folder = $"{InstallationScene.UnitFile}.d";
        await scene.Machine.RunAsync("mkdir", folder);
        await scene.Machine.RunAsync("cp", BuiltProduct.UnitLimits, folder);
        await scene.Machine.RunAsync("systemctl", "daemon-reload");
        await scene.Machine.RunAsync("systemctl", "restart", InstallationScene.Unit);
        await AssertLimitsAsync(scene);

        string newer = await scene.CopyPackageAsync("newer");
        await File.WriteAllTextAsync(scene.In("newer/new.txt"), "what is new", Token);
        await scene.Machine.RunAsync(newer, "upgrade");
        await AssertLimitsAsync(scene);
    }

    private static async Task AssertLimitsAsync(InstallationScene scene)
    {
        await scene.WaitUntilConnectedAsync();
        Assert.Equal(
            ("500ms", "20", (1L << 30).ToString(CultureInfo.InvariantCulture)),
            (await scene.Machine.ShowAsync(InstallationScene.Unit, "CPUQuotaPerSecUSec"), await scene.Machine.ShowAsync(InstallationScene.Unit, "IOWeight"), await scene.Machine.ShowAsync(InstallationScene.Unit, "MemoryHigh")));

        // What the kernel was told: half of each period.
        string group = $"/sys/fs/cgroup/cpu/system.slice/{InstallationScene.Unit}";
        long[] times = [.. (await scene.Machine.RunAsync("cat", $"{group}/cpu.cfs_quota_us", $"{group}/cpu.cfs_period_us")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(times[1], times[0] * 2);
    }

    private static async Task<Run> BackUpAsync(InstallationScene scene, params string[] paths)
    {
        await scene.Panel.CreateRepositoryAsync(scene.Agent, scene.In("repository"));
        await scene.Panel.CreateTaskAsync(scene.Agent, scene.Agent, paths);
        return await scene.Panel.CompleteAsync(await scene.Panel.StartTaskAsync(scene.Agent));
    }
}
