using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GrantRoleTests
{
    [Fact]
    public async Task Role_and_narrowing_are_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.GrantAsync", Samples.User());

        await panel.OutputAsync("Grant-HBRole anna -Role RestoreOperator -Agent pc1, pc2 -Group office -Repository main");

        var request = panel.Server.Request<GrantRequest>("IUsers.GrantAsync");
        Assert.Equal(("anna", Role.RestoreOperator), (request.User, request.Grant.Role));
        Assert.Equal(["pc1", "pc2", "office", "main"], [.. request.Grant.Agents, .. request.Grant.Groups, .. request.Grant.Repositories]);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Grant-HBRole anna -Role Auditor -WhatIf");

        Assert.Equal(0, panel.Server.Count("IUsers.GrantAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
