using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Windows.Tests.Home;

/// <summary>The agent's data folder.</summary>
public sealed class AgentHomeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentHome Home => new(_folder.Combine("home"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_made_and_one_agent_alone_works_in_it()
    {
        Home.Prepare();
        using (AgentHomeLock held = await AgentHomeLock.AcquireAsync(Home, TimeProvider.System, Token))
        {
            Assert.True(AgentHomeLock.IsHeld(Home));
            HandyBackupException refused = await Assert.ThrowsAsync<HandyBackupException>(() => AgentHomeLock.AcquireAsync(Home, TimeProvider.System, Token));
            Assert.Equal(ErrorCode.AgentHomeInUse, refused.Code);

            // People find the process in it.
            await using var reading = new FileStream(Path.Join(Home.Path, "agent.lock"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Assert.Equal($"{Environment.ProcessId}\n", await new StreamReader(reading).ReadToEndAsync(Token));
        }

        Assert.False(AgentHomeLock.IsHeld(Home));
    }

    // To Wine every folder belongs to its one user, who is neither the system nor the administrators: as if any user had made it first.
    [Fact]
    public void One_that_a_user_made_first_is_refused()
    {
        Directory.CreateDirectory(Home.Path);
        new DirectoryInfo(Home.Path).GiveToCurrentUser();
        HandyBackupException refused = Assert.Throws<HandyBackupException>(Home.Prepare);
        Assert.Equal((ErrorCode.AgentHomeUnusable, Home.Path), (refused.Code, refused.Target));
    }

    [Fact]
    public async Task Settings_and_reports_are_replaced_even_while_somebody_reads_them()
    {
        Directory.CreateDirectory(Home.Path);
        AgentSettingsFile.Write(Home, new AgentSettings { Name = "one" });
        Task writing;
        await using (new FileStream(Home.SettingsFile, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete))
        {
            writing = Task.Run(() => AgentSettingsFile.Write(Home, new AgentSettings { Name = "two" }), Token);
            await Task.Delay(100, Token);
        }

        await writing.WaitAsync(Token);
        Assert.Equal("two", AgentSettingsFile.Read(Home).Name);
        Assert.Equal([Home.SettingsFile], Directory.GetFiles(Home.Path));
    }
}
