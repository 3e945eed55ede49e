using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetUserTests
{
    [Fact]
    public async Task Users_are_listed_with_what_they_may_do()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.ListAsync", new[] { Samples.User() });

        Assert.Equal("Operator for agent pc1, group office, repository main", (await panel.OutputAsync("(Get-HBUser).Grants"))[0].ToString());
        Assert.Contains("anna", await panel.ShowAsync("Get-HBUser"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.ListAsync", Array.Empty<UserInfo>());

        Assert.Equal("UserNotFound", (await panel.ErrorAsync("Get-HBUser nobody")).Id());
    }
}
