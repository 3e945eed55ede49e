namespace HandyBackup.Rpc.Wire;

/// <summary>Tasks whose end nobody waits for.</summary>
internal static class ForgottenTask
{
    /// <summary>Looks at the exception when there is one, so that the runtime does not report it as overlooked.</summary>
    public static void Forget(this Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
