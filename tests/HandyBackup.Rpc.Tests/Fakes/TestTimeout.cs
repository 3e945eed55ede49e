namespace HandyBackup.Rpc.Tests.Fakes;

/// <summary>The limit of every wait in a test.</summary>
internal static class TestTimeout
{
    /// <summary>Cancelled after twenty seconds, or when the test is.</summary>
    public static CancellationToken Token
    {
        get
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(TimeSpan.FromSeconds(20));
            return source.Token;
        }
    }
}
