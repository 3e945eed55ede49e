using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;
using HandyBackup.Testing;
using HandyBackup.Windows.Tests.Kit;

namespace HandyBackup.Windows.Tests.Services;

/// <summary>The agent's commands on a machine that has none, and their exit codes.</summary>
public sealed class CommandTests
{
    private const int TimeLimit = 120_000;

    [Theory(Timeout = TimeLimit)]
    [InlineData("install")]
    [InlineData("install", "--server")]
    [InlineData("install", "--server", "127.0.0.1:9", "--nonsense")]
    [InlineData("uninstall", "word")]
    [InlineData("nonsense")]
    public async Task Wrong_arguments_end_with_1_and_change_nothing(params string[] arguments)
    {
        ProgramRun run = await ProgramRun.RunAsync(Product.Agent, arguments);
        run.Ended(1);
        Assert.Contains("Usage: hb-agent install", run.Errors, StringComparison.Ordinal);
        AssertNothingInstalled();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Upgrade_of_nothing_fails_and_says_what_to_do()
    {
        ProgramRun run = await ProgramRun.RunAsync(Product.Agent, "upgrade");
        run.Ended((int)InstallResult.Failed);
        Assert.Contains(@"No agent is installed in 'C:\Program Files\HandyBackup\Agent'.", run.Errors, StringComparison.Ordinal);
        Assert.Contains("hb-agent install --server", run.Errors, StringComparison.Ordinal);
        AssertNothingInstalled();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Uninstall_of_nothing_is_done()
    {
        (await ProgramRun.RunAsync(Product.Agent, "uninstall")).Ended((int)InstallResult.Done);
        AssertNothingInstalled();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Installation_that_fails_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        string token = new EnrollmentTokenText(new byte[EnrollmentTokenText.IdSize], new byte[EnrollmentTokenText.SecretSize], new byte[EnrollmentTokenText.FingerprintSize]).Format().Value;
        await File.WriteAllTextAsync(folder.Combine("token.txt"), token, TestContext.Current.CancellationToken);
        ProgramRun run = await ProgramRun.RunAsync(Product.Agent, "install", "--server", "127.0.0.1:9", "--token-file", folder.Combine("token.txt"));
        run.Ended((int)InstallResult.Failed);
        Assert.DoesNotContain(token, run.Errors + run.Output, StringComparison.Ordinal);
        AssertNothingInstalled();
    }

    // A program that runs cannot be deleted on Windows: what is left of it goes at the next restart.
    [Fact(Timeout = TimeLimit)]
    public async Task Installed_program_removes_itself_but_for_what_waits_for_a_restart()
    {
        await using var agent = new InstalledAgent();
        await agent.RegisterAsync(Product.AgentFolder);
        (await ProgramRun.RunAsync(agent.Places.Executable, "uninstall")).Ended((int)InstallResult.RestartNeeded);
        Assert.False(agent.Service.IsRegistered);
        Assert.False(Directory.Exists(agent.Places.Program));
        string leftovers = Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(agent.Places.Program)!));
        Assert.StartsWith(agent.Places.Program + ".removed-", leftovers, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(leftovers));
    }

    private static void AssertNothingInstalled()
    {
        Assert.False(new WindowsAgentService(TimeProvider.System).IsRegistered);
        Assert.False(Directory.Exists(AgentPlaces.Default.Program));
        Assert.False(Directory.Exists(AgentPlaces.Default.Data));
    }
}
