# Rendered by scripts/render-formula: @...@ are filled in for each release.
class Trimtab < Formula
  desc "Render, check and roll out Kubernetes manifests from bases and overlays"
  homepage "https://github.com/trimtab/trimtab"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/trimtab/trimtab/releases/download/v@VERSION@/trimtab-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/trimtab/trimtab/releases/download/v@VERSION@/trimtab-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/trimtab/trimtab/releases/download/v@VERSION@/trimtab-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/trimtab/trimtab/releases/download/v@VERSION@/trimtab-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "trimtab"
    # The plugin of kubectl is the same program under another name.
    bin.install_symlink "trimtab" => "kubectl-trimtab"
    bash_completion.install "completions/trimtab.bash" => "trimtab"
    fish_completion.install "completions/trimtab.fish"
    zsh_completion.install "completions/trimtab.zsh" => "_trimtab"
    man1.install Dir["man/*.1"]
  end

  test do
    (testpath/"kustomization.yaml").write <<~YAML
      namePrefix: brewed-
      configMapGenerator:
      - name: settings
        literals: [a=b]
    YAML
    assert_match "name: brewed-settings-", shell_output("#{bin}/trimtab build #{testpath}")
    assert_match version.to_s, shell_output("#{bin}/trimtab version")
  end
end
