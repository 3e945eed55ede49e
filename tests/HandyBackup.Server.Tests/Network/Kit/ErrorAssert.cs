using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>Expects the errors that the contracts promise.</summary>
internal static class ErrorAssert
{
    public static async Task<HandyBackupException> FailsAsync(ErrorCode code, Func<Task> action)
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(action);
        Assert.True(exception.Code == code, $"Expected {code}: {exception}");
        return exception;
    }
}
