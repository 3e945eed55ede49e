using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetEnrollmentTokenTests
{
    private static readonly EnrollmentTokenInfo[] s_tokens =
    [
        Samples.Token("aa00000000000000"),
        Samples.Token("ab00000000000000") with { Remaining = 0 },
        Samples.Token("bb00000000000000") with { Expires = Samples.Time.AddYears(-1) },
        Samples.Token("bc00000000000000") with { Revoked = Samples.Time, Remaining = 0, Expires = Samples.Time.AddYears(-1) },
    ];

    [Fact]
    public async Task Each_says_whether_machines_can_enrol_with_it()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", s_tokens);

        IReadOnlyList<PSObject> tokens = await panel.OutputAsync("Get-HBEnrollmentToken");

        Assert.Equal(["Usable", "UsedUp", "Expired", "Revoked"], tokens.Select(token => token.Text("State")!));
        Assert.Equal("new laptops", tokens[0].Get("Note"));
    }

    [Theory]
    [InlineData("a*", "aa00000000000000 ab00000000000000")]
    [InlineData("AA00000000000000", "aa00000000000000")]
    [InlineData("bc00000000000000, a[b-z]*", "bc00000000000000 ab00000000000000")]
    [InlineData("-State Usable", "aa00000000000000")]
    [InlineData("b* -State Expired", "bb00000000000000")]
    [InlineData("aa00000000000000 -State Expired", "")]
    public async Task Ids_and_state_choose(string filter, string expected)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", s_tokens);

        IReadOnlyList<PSObject> tokens = await panel.OutputAsync($"Get-HBEnrollmentToken {filter}");

        Assert.Equal(expected, string.Join(' ', tokens.Select(token => token.Text("TokenId"))));
    }

    [Fact]
    public async Task An_unknown_id_is_an_error_and_a_wildcard_without_match_is_not()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", s_tokens);

        ErrorRecord error = await panel.ErrorAsync("Get-HBEnrollmentToken cc00000000000000; Get-HBEnrollmentToken c*");

        Assert.Equal("EnrollmentTokenNotFound", error.Id());
        Assert.Equal("cc00000000000000", error.TargetObject);
    }

    [Fact]
    public async Task The_table_shows_everything_on_eighty_columns()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", new[] { Samples.Token() with { Remaining = 100_000 } });

        string shown = await panel.ShowAsync("Get-HBEnrollmentToken");

        Assert.All(shown.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        string expires = Samples.Token().Expires.ToLocalTime().ToString("yyyy-MM-dd HH:mm", null);
        Assert.Contains($"00112233445566aa Usable  Workstation 100000 {expires} office", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tab_completes_ids()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", s_tokens);

        PSObject completion = Assert.Single(await panel.OutputAsync("(TabExpansion2 'Get-HBEnrollmentToken bb' 24).CompletionMatches"));

        Assert.Equal("bb00000000000000", completion.Get("CompletionText"));
        Assert.Contains("3 of 5 left", completion.Text("ToolTip"), StringComparison.Ordinal);
    }
}
