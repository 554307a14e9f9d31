class Autovenv < Formula
  desc "Right Python environment in whatever project your shell stands in"
  homepage "@HOMEPAGE@"
  url "@HOMEPAGE@/releases/download/v@VERSION@/autovenv.pyz"
  sha256 "@SHA256_PYZ@"
  license "MIT"

  depends_on "python@3.14"

  def install
    libexec.install "autovenv.pyz"
    # Isolated: neither PYTHONPATH nor the present directory reaches it.
    (bin/"autovenv").write <<~SH
      #!/bin/sh
      exec "#{formula_python}" -I "#{libexec}/autovenv.pyz" "$@"
    SH
    chmod 0755, bin/"autovenv"
    generate_completions_from_executable(bin/"autovenv", "completion")
    (man1/"autovenv.1").write Utils.safe_popen_read(bin/"autovenv", "man")
  end

  def formula_python
    formula_opt_bin = Formula["python@3.14"].opt_bin
    formula_opt_bin/"python3.14"
  end

  def caveats
    "To load it in your shell: autovenv install"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/autovenv --version")
    assert_match "__autovenv_prompt", shell_output("#{bin}/autovenv hook bash")
  end
end
