using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Examples;

public sealed class EnrollAgentsTests
{
    [Fact]
    public async Task Agents_that_come_are_approved_and_those_that_were_there_are_left_alone()
    {
        await using Panel panel = await OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", new[] { Samples.Token() with { Uses = 1, Remaining = 0 } });
        panel.Server.On<AgentReference>("IAgents.ApproveAsync", agent => Samples.Agent(agent.Agent));

        PSObject agent = Assert.Single(await panel.OutputAsync(Script(panel, "-Group office -ApproveAll")));

        Assert.Equal("laptop7", agent.Get("Name"));
        Assert.Equal(new AgentReference("laptop7"), panel.Server.Request<AgentReference>("IAgents.ApproveAsync"));
        var request = panel.Server.Request<NewEnrollmentTokenRequest>("IEnrollmentTokens.CreateAsync");
        Assert.Equal(new NewEnrollmentTokenRequest { Lifetime = TimeSpan.FromHours(1), Group = "office", NeedsApproval = true, Note = "enroll-agents.ps1" }, request);
        Assert.Contains("hb-agent install --server backup:10680 --token-file -", panel.UI.Text, StringComparison.Ordinal);
        Assert.Contains("HB1-TEXT", panel.UI.Text, StringComparison.Ordinal);
        Assert.Contains("laptop7 came from 10.20.30.40.", panel.UI.Text, StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.RevokeAsync"));
    }

    [Fact]
    public async Task A_token_that_is_left_over_is_revoked()
    {
        await using Panel panel = await OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", new[] { Samples.Token() });
        panel.Server.On("IEnrollmentTokens.RevokeAsync", Task.CompletedTask);
        panel.Server.Fail("IAgents.ApproveAsync", new HandyBackupException(ErrorCode.AgentNotFound, "Gone."));

        Assert.Equal("AgentNotFound", (await panel.ErrorAsync(Script(panel, "-ApproveAll"))).Id());

        Assert.Equal(Samples.Token().Id, panel.Server.Request<EnrollmentTokenReference>("IEnrollmentTokens.RevokeAsync").Id);
    }

    // A panel with the shell's everyday commands; the server has one agent that waits, and a second one once the token was made.
    private static async Task<Panel> OpenAsync()
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        Panel panel = await Panel.OpenAsync(connect: false);
        await panel.OutputAsync($". '{Path.Combine(ModuleFolder.Sources!, "module", "HandyBackup.Shell", "Everyday", "Everyday.ps1")}'");
        AgentInfo old = Samples.Agent("old", AgentStatus.Pending) with { Id = Guid.NewGuid(), Kind = AgentKind.Workstation, Groups = ["office"] };
        AgentInfo young = Samples.Agent("laptop7", AgentStatus.Pending) with { Kind = AgentKind.Workstation, Groups = ["office"], LastAddress = "10.20.30.40" };
        bool hasToken = false;
        panel.Server.On<AgentQuery>("IAgents.ListAsync", _ => hasToken ? new[] { young, old } : [old]);
        panel.Server.On<NewEnrollmentTokenRequest>("IEnrollmentTokens.CreateAsync", _ =>
        {
            hasToken = true;
            return new NewEnrollmentToken { Info = Samples.Token(), Token = new Secret { Value = "HB1-TEXT" } };
        });
        return panel;
    }

    private static string Script(Panel panel, string parameters) =>
        $"& '{Path.Combine(ModuleFolder.Sources!, "examples", "enroll-agents.ps1")}' -Server backup:10680 -DataPath '{panel.Server.DataPath}' {parameters}";
}
