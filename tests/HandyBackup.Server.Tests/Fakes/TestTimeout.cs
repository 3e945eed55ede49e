namespace HandyBackup.Server.Tests.Fakes;

/// <summary>The limit of every wait in a test.</summary>
internal static class TestTimeout
{
    /// <summary>Cancelled after thirty seconds, or when the test is.</summary>
    public static CancellationToken Token
    {
        get
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(TimeSpan.FromSeconds(30));
            return source.Token;
        }
    }
}
