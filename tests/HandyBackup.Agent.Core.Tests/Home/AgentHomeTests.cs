using System.Diagnostics;
using System.Runtime.Versioning;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Home;

public sealed class AgentHomeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentHome Home => new(_folder.Combine("home"));

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_folder_is_made_for_its_owner_alone_and_an_open_one_is_closed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        Home.Prepare();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Path));

        File.SetUnixFileMode(Home.Path, (UnixFileMode)0b111_111_111);
        Home.Prepare();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Path));
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root, to give a folder away");
        Home.Prepare();
        using Process chown = Process.Start("chown", ["12345", Home.Path]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, chown.ExitCode);

        HandyBackupException exception = Assert.Throws<HandyBackupException>(Home.Prepare);
        Assert.Equal(ErrorCode.AgentHomeUnusable, exception.Code);
        Assert.Contains("12345", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_agent_works_in_a_folder_at_a_time()
    {
        Home.Prepare();
        Assert.False(AgentHomeLock.IsHeld(Home));
        var held = await AgentHomeLock.AcquireAsync(Home, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(AgentHomeLock.IsHeld(Home));
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => AgentHomeLock.AcquireAsync(Home, new InstantTimeProvider(), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.AgentHomeInUse, exception.Code);

        held.Dispose();
        Assert.False(AgentHomeLock.IsHeld(Home));
        using AgentHomeLock next = await AgentHomeLock.AcquireAsync(Home, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Somebody_who_only_looks_at_the_lock_keeps_no_agent_from_it()
    {
        Home.Prepare();
        using var looking = new CancellationTokenSource();
        Task looks = LookAsync(Home, looking.Token);
        try
        {
            for (int i = 0; i < 20; i++)
            {
                using AgentHomeLock held = await AgentHomeLock.AcquireAsync(Home, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            await looking.CancelAsync();
        }

        await looks;
    }

    public void Dispose() => _folder.Dispose();

    private static async Task LookAsync(AgentHome home, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            AgentHomeLock.IsHeld(home);
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
