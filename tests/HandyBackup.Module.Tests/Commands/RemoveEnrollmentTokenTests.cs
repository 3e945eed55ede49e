using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveEnrollmentTokenTests
{
    [Fact]
    public async Task Tokens_come_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", new[] { Samples.Token(), Samples.Token("ff00000000000000") with { Remaining = 0 } });
        panel.Server.On("IEnrollmentTokens.RevokeAsync", Task.CompletedTask);

        await panel.OutputAsync("Get-HBEnrollmentToken -State Usable | Remove-HBEnrollmentToken -Confirm:$false");

        Assert.Equal(Samples.Token().Id, panel.Server.Request<EnrollmentTokenReference>("IEnrollmentTokens.RevokeAsync").Id);
    }

    [Fact]
    public async Task It_asks_first()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync("Remove-HBEnrollmentToken 00112233445566aa");

        Assert.Contains("00112233445566aa", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.RevokeAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBEnrollmentToken 00112233445566aa -WhatIf");

        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.RevokeAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IEnrollmentTokens.RevokeAsync", new HandyBackupException(ErrorCode.EnrollmentTokenNotFound, "No.") { Target = "thing" });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBEnrollmentToken 00 -Confirm:$false");

        Assert.Equal("EnrollmentTokenNotFound", error.Id());
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("thing", error.TargetObject);
    }

    [Fact]
    public async Task Tab_completes_ids()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IEnrollmentTokens.ListAsync", new[] { Samples.Token(), Samples.Token("ff00000000000000") });

        PSObject completion = Assert.Single(await panel.OutputAsync("(TabExpansion2 'Remove-HBEnrollmentToken f' 26).CompletionMatches"));

        Assert.Equal("ff00000000000000", completion.Get("CompletionText"));
    }
}
