using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A server of one machine, to which nobody gave agents yet: asking for tokens makes no authority.</summary>
public sealed class UnopenedFleetTests : ServerHarness
{
    [Fact]
    public async Task Revoking_a_token_that_is_not_there_makes_no_authority()
    {
        await FailsAsync(ErrorCode.EnrollmentTokenNotFound, () => Server.EnrollmentTokens.RevokeAsync(new EnrollmentTokenReference("0011223344556677"), Token));
        Assert.Empty(await Server.EnrollmentTokens.ListAsync(Token).ToListAsync(Token));
        Assert.Null((await Server.ServerInfo.GetStatusAsync(Token)).Fingerprint);

        await Server.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), Token);
        Assert.NotNull((await Server.ServerInfo.GetStatusAsync(Token)).Fingerprint);
        await FailsAsync(ErrorCode.EnrollmentTokenNotFound, () => Server.EnrollmentTokens.RevokeAsync(new EnrollmentTokenReference("0011223344556677"), Token));
    }
}
