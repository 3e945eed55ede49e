using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetAuditLogTests
{
    [Fact]
    public async Task Conditions_are_sent_and_entries_shown()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAuditLog.ListAsync", new[] { Samples.AuditEntry() });

        Assert.Equal("UserExists", (await panel.OutputAsync("Get-HBAuditLog -Caller a* -Action Users.* -Target *b* -Outcome Failed -Since 2026-01-01 -Before 2027-01-01 -Last 5"))[0].Text("Error"));
        Assert.Contains("Users.Create user bert", await panel.ShowAsync("Get-HBAuditLog"), StringComparison.Ordinal);

        AuditQuery query = (AuditQuery)panel.Server.Calls.First().Request!;
        Assert.Equal(("a*", "Users.*", "*b*", AuditOutcome.Failed, 5), (query.Caller, query.Action, query.Target, query.Outcome!.Value, query.Last!.Value));
        Assert.Equal((2026, 2027), (query.Since!.Value.Year, query.Before!.Value.Year));
    }
}
