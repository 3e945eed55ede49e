using System.Management.Automation;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewEnrollmentTokenTests
{
    private const string Method = "IEnrollmentTokens.CreateAsync";

    private static readonly EnrollmentTokenText s_text = new(
        RandomNumberGenerator.GetBytes(EnrollmentTokenText.IdSize),
        RandomNumberGenerator.GetBytes(EnrollmentTokenText.SecretSize),
        RandomNumberGenerator.GetBytes(EnrollmentTokenText.FingerprintSize));

    private static readonly NewEnrollmentToken s_token = new() { Info = Samples.Token(s_text.Id), Token = s_text.Format() };

    [Fact]
    public async Task Parameters_become_the_request()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        await panel.OutputAsync("New-HBEnrollmentToken Server -Uses 5 -Lifetime 7.00:00:00 -Group office -NeedsApproval -Note 'new laptops'");

        var expected = new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Uses = 5, Lifetime = TimeSpan.FromDays(7), Group = "office", NeedsApproval = true, Note = "new laptops" };
        Assert.Equal(expected, panel.Server.Request<NewEnrollmentTokenRequest>(Method));
    }

    [Theory]
    [InlineData("-Agent pc1 -Lifetime 02:00:00 -Note 'new disk'")]
    [InlineData("-Agent (Get-HBAgent pc1) -Lifetime 02:00:00 -Note 'new disk'")]
    public async Task A_token_for_an_agents_place_names_the_agent_alone(string parameters)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token with { Info = s_token.Info with { Agent = "pc1" } });
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("pc1") });

        PSObject token = Assert.Single(await panel.OutputAsync("New-HBEnrollmentToken " + parameters));

        Assert.Equal(new NewEnrollmentTokenRequest { Agent = "pc1", Lifetime = TimeSpan.FromHours(2), Note = "new disk" }, panel.Server.Request<NewEnrollmentTokenRequest>(Method));
        Assert.Equal("pc1", token.Text("Agent"));
    }

    [Theory]
    [InlineData("-Agent pc1 -Uses 2")]
    [InlineData("-Agent pc1 -Group office")]
    [InlineData("-Agent pc1 -NeedsApproval")]
    [InlineData("-Agent pc1 -Kind Server")]
    public async Task What_an_agents_place_leaves_no_choice_of_cannot_be_given(string parameters)
    {
        await using Panel panel = await Panel.OpenAsync();

        ErrorRecord error = await panel.ErrorAsync("New-HBEnrollmentToken " + parameters);

        Assert.StartsWith("AmbiguousParameterSet", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count(Method));
    }

    [Fact]
    public async Task The_place_can_be_open_until_a_time_and_WhatIf_says_whose_it_is()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        await panel.OutputAsync("New-HBEnrollmentToken -Agent pc1 -Expires ([DateTimeOffset]::UtcNow.AddHours(3)) -WhatIf");
        await panel.OutputAsync("New-HBEnrollmentToken -Agent pc1 -Expires ([DateTimeOffset]::UtcNow.AddHours(3))");

        Assert.Matches("What if.*the place of agent pc1", panel.UI.Text);
        Assert.Equal("pc1", panel.Server.Request<NewEnrollmentTokenRequest>(Method).Agent);
        Assert.Equal(1, panel.Server.Count(Method));
    }

    [Fact]
    public async Task By_default_it_is_for_one_workstation_and_one_day()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        await panel.OutputAsync("New-HBEnrollmentToken");

        Assert.Equal(new NewEnrollmentTokenRequest(), panel.Server.Request<NewEnrollmentTokenRequest>(Method));
    }

    [Fact]
    public async Task A_time_becomes_the_lifetime_until_then()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        await panel.OutputAsync("New-HBEnrollmentToken -Expires ([DateTimeOffset]::UtcNow.AddHours(3))");

        TimeSpan lifetime = panel.Server.Request<NewEnrollmentTokenRequest>(Method).Lifetime;
        Assert.InRange(lifetime, TimeSpan.FromHours(3) - TestTimeout.Limit, TimeSpan.FromHours(3));
    }

    [Theory]
    [InlineData("-Lifetime 7", "Lifetime")]
    [InlineData("-Lifetime 00:00:59", "Lifetime")]
    [InlineData("-Expires 2020-01-01", "Expires")]
    public async Task A_token_that_would_be_gone_at_once_is_refused(string parameters, string target)
    {
        await using Panel panel = await Panel.OpenAsync();

        ErrorRecord error = await panel.ErrorAsync("New-HBEnrollmentToken " + parameters);

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Equal(target, error.TargetObject);
        Assert.Equal(0, panel.Server.Count(Method));
    }

    [Fact]
    public async Task The_text_is_shown_whole_with_the_note_that_it_is_not_shown_again()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        string shown = await panel.ShowAsync("New-HBEnrollmentToken");

        Assert.Contains(s_token.Token.Value, shown.Split('\n').Select(line => line.TrimEnd()));
        Assert.Contains("shown this once", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_is_a_property_and_the_object_as_text_is_the_id()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);

        PanelResult result = await panel.RunAsync("$token = New-HBEnrollmentToken; $token; \"$token\"");

        Assert.Equal(s_token.Token.Value, result.Output[0].Get("Token"));
        Assert.Equal("Usable", result.Output[0].Text("State"));
        Assert.Equal(s_text.Id, result.Output[1].BaseObject);
        Assert.Contains("keeps no copy", Assert.Single(result.Information), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_token_can_be_revoked_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(Method, s_token);
        panel.Server.On("IEnrollmentTokens.RevokeAsync", Task.CompletedTask);

        await panel.OutputAsync("New-HBEnrollmentToken | Remove-HBEnrollmentToken -Confirm:$false");

        Assert.Equal(s_text.Id, panel.Server.Request<EnrollmentTokenReference>("IEnrollmentTokens.RevokeAsync").Id);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBEnrollmentToken -Uses 5 -WhatIf");

        Assert.Equal(0, panel.Server.Count(Method));
        Assert.Matches("What if.*5 agents of kind Workstation", panel.UI.Text);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail(Method, new HandyBackupException(ErrorCode.InvalidArgument, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("New-HBEnrollmentToken -Group 'a/b'");

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
