using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RevokeRoleTests
{
    [Fact]
    public async Task Role_and_narrowing_are_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.RevokeAsync", Samples.User());

        await panel.OutputAsync("Revoke-HBRole anna -Role RestoreOperator -Agent pc1, pc2 -Group office -Repository main");

        var request = panel.Server.Request<GrantRequest>("IUsers.RevokeAsync");
        Assert.Equal(("anna", Role.RestoreOperator), (request.User, request.Grant.Role));
        Assert.Equal(["pc1", "pc2", "office", "main"], [.. request.Grant.Agents, .. request.Grant.Groups, .. request.Grant.Repositories]);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Revoke-HBRole anna -Role Auditor -WhatIf");

        Assert.Equal(0, panel.Server.Count("IUsers.RevokeAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
